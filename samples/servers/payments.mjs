// The payment processor. An X-Api-Key header; `read` may look, `refund` may also pay money back.
import { day } from "./lib/day.mjs";
import { schemes } from "./lib/keys.mjs";
import { effects, object, serveMcp, text } from "./lib/mcp-service.mjs";
import { ToolError } from "./lib/protocol.mjs";
import { once } from "./lib/repeat.mjs";

// Amounts are in cents. The second payment of INV-2035 was taken by mistake.
const payments = [
  { id: "P-5001", customer_id: "C-1001", invoice: "INV-2035", amount: 22_000, currency: "EUR", date: day(-62), duplicate_of: null, refunded: 0 },
  { id: "P-5002", customer_id: "C-1001", invoice: "INV-2035", amount: 22_000, currency: "EUR", date: day(-61), duplicate_of: "P-5001", refunded: 0 },
  { id: "P-5003", customer_id: "C-1002", invoice: "INV-2044", amount: 6_150, currency: "EUR", date: day(-35), duplicate_of: null, refunded: 0 },
];
let refunds = 0;

function payment(id) {
  const found = payments.find((each) => each.id === id);
  if (!found) throw new ToolError("There is no such payment.");
  return found;
}

const paymentId = text("The payment's id.", { pattern: "^P-[0-9]{4}$" });

await serveMcp({
  name: "payments",
  instructions: "Payments and refunds. Amounts are in cents.",
  scheme: schemes.header("X-Api-Key"),
  scopes: ["read", "refund"],
  tools: [
    {
      name: "get_payment",
      scope: "read",
      title: "Get a payment",
      description: "Gives one payment.",
      annotations: effects.reads,
      inputSchema: object({ payment_id: paymentId }),
      outputSchema: object({ payment: { type: "object" } }),
      run: ({ payment_id }) => ({ payment: { ...payment(payment_id) } }),
    },
    {
      name: "list_payments",
      scope: "read",
      title: "List payments",
      description: "Lists the payments of a customer, the oldest first.",
      annotations: effects.reads,
      inputSchema: object({ customer_id: text("The customer's id.", { pattern: "^C-[0-9]{4}$" }) }),
      outputSchema: object({ payments: { type: "array" } }),
      run: ({ customer_id }) => ({ payments: payments.filter((each) => each.customer_id === customer_id).map((each) => ({ ...each })) }),
    },
    {
      name: "create_refund",
      scope: "refund",
      title: "Refund a payment",
      description: "Pays a payment back, as a whole or in part. A call with an idempotency key is carried out once.",
      annotations: effects.sends,
      inputSchema: object({
        payment_id: paymentId,
        amount: { type: "integer", minimum: 1, description: "Cents; at most what is left of the payment." },
        reason: { type: "string", enum: ["duplicate", "requested", "goodwill"], description: "Why." },
      }),
      outputSchema: object({ refund_id: { type: "string" }, payment_id: { type: "string" }, amount: { type: "integer" }, currency: { type: "string" } }),
      run: once(({ payment_id, amount }) => {
        const paid = payment(payment_id);
        if (amount > paid.amount - paid.refunded) throw new ToolError("The refund is larger than what is left of the payment.");
        paid.refunded += amount;
        return { refund_id: `R-${String(++refunds).padStart(4, "0")}`, payment_id, amount, currency: paid.currency };
      }),
    },
  ],
});
