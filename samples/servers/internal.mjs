// An internal API of the company: the activity journal. Two custom headers name the calling service and prove it.
import { schemes } from "./lib/keys.mjs";
import { effects, object, serveMcp, text } from "./lib/mcp-service.mjs";
import { once } from "./lib/repeat.mjs";

const activities = [];

await serveMcp({
  name: "internal",
  instructions: "The company's journal of activities.",
  scheme: schemes.pair("X-Service-Id", "X-Service-Token"),
  scopes: ["audit"],
  tools: [
    {
      name: "record_activity",
      scope: "audit",
      title: "Record an activity",
      description: "Adds an entry to the journal. A call with an idempotency key is carried out once.",
      annotations: effects.adds,
      inputSchema: object(
        { subject: text("What it is about, such as a customer's id."), activity: text("What was done."), details: { type: "object", description: "Facts worth keeping." } },
        ["details"],
      ),
      outputSchema: object({ entry: { type: "integer" }, recorded_at: { type: "string" } }),
      run: once((activity) => {
        const recorded_at = new Date().toISOString();
        return { entry: activities.push({ ...activity, recorded_at }), recorded_at };
      }),
    },
  ],
});
