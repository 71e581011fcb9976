// The CRM: customers and invoices. Bearer keys; `read` may look, `write` may also change.
import { day, daysSince } from "./lib/day.mjs";
import { schemes } from "./lib/keys.mjs";
import { effects, object, serveMcp, text } from "./lib/mcp-service.mjs";
import { ToolError } from "./lib/protocol.mjs";

const customers = [
  { id: "C-1001", name: "Brightwater Coffee", contact: "Mara Lindqvist", email: "accounts@brightwater.example", status: "active", note: "" },
  { id: "C-1002", name: "Harbour Street Books", contact: "Tom Adeyemi", email: "office@harbourstreet.example", status: "active", note: "" },
  { id: "C-1003", name: "Oakfield Joinery", contact: "Ines Prado", email: "billing@oakfield.example", status: "active", note: "" },
];

// Amounts are in cents.
const invoices = [
  { number: "INV-2041", customer_id: "C-1001", amount: 48_250, currency: "EUR", due: day(-41), paid: false },
  { number: "INV-2057", customer_id: "C-1001", amount: 12_900, currency: "EUR", due: day(-19), paid: false },
  { number: "INV-2063", customer_id: "C-1001", amount: 7_340, currency: "EUR", due: day(-6), paid: false },
  { number: "INV-2071", customer_id: "C-1001", amount: 15_000, currency: "EUR", due: day(12), paid: false },
  { number: "INV-2035", customer_id: "C-1001", amount: 22_000, currency: "EUR", due: day(-60), paid: true },
  { number: "INV-2060", customer_id: "C-1002", amount: 9_900, currency: "EUR", due: day(-11), paid: false },
];

function customer(id) {
  const found = customers.find((each) => each.id === id);
  if (!found) throw new ToolError("There is no such customer.");
  return found;
}

const customerId = text("The customer's id.", { pattern: "^C-[0-9]{4}$" });

await serveMcp({
  name: "crm",
  instructions: "Customers and their invoices. Amounts are in cents.",
  scheme: schemes.bearer,
  scopes: ["read", "write"],
  tools: [
    {
      name: "find_customer",
      scope: "read",
      title: "Find a customer",
      description: "Finds one customer by id, e-mail address or a part of the name.",
      annotations: effects.reads,
      inputSchema: object({ query: text("Id, e-mail address or part of the name.") }),
      outputSchema: object({ customer: { type: "object" } }),
      run: ({ query }) => {
        const wanted = query.toLowerCase();
        const found = customers.filter((each) => each.id.toLowerCase() === wanted || each.email === wanted || each.name.toLowerCase().includes(wanted));
        if (found.length !== 1) throw new ToolError(found.length === 0 ? "No customer fits." : "More than one customer fits.");
        return { customer: { ...found[0] } };
      },
    },
    {
      name: "list_overdue_invoices",
      scope: "read",
      title: "List overdue invoices",
      description: "Lists the unpaid invoices of a customer whose due date has passed, the oldest first.",
      annotations: effects.reads,
      inputSchema: object({ customer_id: customerId, min_days: { type: "integer", minimum: 1, maximum: 3650, description: "Overdue for at least so many days." } }, ["min_days"]),
      outputSchema: object({ invoices: { type: "array" } }),
      run: ({ customer_id, min_days = 1 }) => ({
        invoices: invoices
          .filter((each) => each.customer_id === customer(customer_id).id && !each.paid && daysSince(each.due) >= min_days)
          .map(({ number, amount, currency, due }) => ({ number, amount, currency, due, days_overdue: daysSince(due) }))
          .sort((a, b) => b.days_overdue - a.days_overdue),
      }),
    },
    {
      name: "update_customer",
      scope: "write",
      title: "Update a customer",
      description: "Sets the status or the note of a customer. Setting the same values again changes nothing.",
      annotations: effects.sets,
      inputSchema: object(
        { customer_id: customerId, status: { type: "string", enum: ["active", "reminded", "on_hold"], description: "The new status." }, note: text("The new note.", { maxLength: 1000 }) },
        ["status", "note"],
      ),
      outputSchema: object({ customer: { type: "object" } }),
      run: ({ customer_id, ...changes }) => ({ customer: { ...Object.assign(customer(customer_id), changes) } }),
    },
  ],
});
