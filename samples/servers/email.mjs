// The e-mail provider. Basic authentication; nothing leaves this machine.
import { randomUUID } from "node:crypto";
import { schemes } from "./lib/keys.mjs";
import { effects, object, serveMcp, text } from "./lib/mcp-service.mjs";
import { once } from "./lib/repeat.mjs";

let sent = 0;

await serveMcp({
  name: "email",
  instructions: "Sends e-mail. A call with an idempotency key is carried out once.",
  scheme: schemes.basic,
  scopes: ["send"],
  tools: [
    {
      name: "send_email",
      scope: "send",
      title: "Send an e-mail",
      description: "Sends a plain-text e-mail to one address.",
      annotations: effects.sends,
      inputSchema: object({
        to: text("The address.", { pattern: "^[^@\\s]+@[^@\\s]+$" }),
        subject: text("The subject line."),
        body: text("The text.", { maxLength: 20_000 }),
      }),
      outputSchema: object({ message_id: { type: "string" }, accepted: { type: "boolean" }, sequence: { type: "integer" } }),
      run: once(() => ({ message_id: `<${randomUUID()}@mail.example>`, accepted: true, sequence: ++sent })),
    },
  ],
});
