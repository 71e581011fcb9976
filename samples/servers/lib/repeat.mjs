// Tools that act honour the caller's idempotency key: a repeated call gets the first answer again and does nothing.
import { createHash } from "node:crypto";
import { idempotencyMeta, ToolError } from "./protocol.mjs";

/** Wraps a tool's function. Without a key in `_meta` every call acts. */
export function once(act, limit = 10_000) {
  const answers = new Map();
  return async (args, context) => {
    const key = context.meta[idempotencyMeta];
    if (typeof key !== "string" || key.length === 0) {
      return act(args, context);
    }
    const request = createHash("sha256").update(JSON.stringify(args)).digest("hex");
    const earlier = answers.get(key);
    if (earlier) {
      if (earlier.request !== request) {
        throw new ToolError("This idempotency key was used before with other arguments.");
      }
      return earlier.answer;
    }
    const answer = Promise.resolve(act(args, context));
    answers.set(key, { request, answer });
    // A failed call had no effect, so it may be tried again.
    answer.catch(() => answers.delete(key));
    if (answers.size > limit) {
      answers.delete(answers.keys().next().value);
    }
    return answer;
  };
}
