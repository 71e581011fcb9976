// MCP over stdio: one JSON-RPC message on each line. Only messages go to stdout.
import { createInterface } from "node:readline";
import { codes, error, kindOf } from "./protocol.mjs";

/** Serves until stdin ends and every answer is written. */
export async function serveStdio(server) {
  const write = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
  const open = new Set();
  let revision = null;

  async function handle(message) {
    const answer = await server.answer(message, revision ?? "2025-03-26", {});
    if (message.method === "initialize") {
      revision = answer.result?.protocolVersion ?? revision;
    }
    write(answer);
  }

  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === "") continue;
    let message;
    try {
      message = JSON.parse(line);
    } catch {
      write(error(null, codes.parse, "This line is not JSON."));
      continue;
    }
    const kind = kindOf(message);
    if (kind === null) {
      write(error(null, codes.invalid, "This is no JSON-RPC 2.0 message."));
    } else if (kind === "request" && revision === null && !["initialize", "ping"].includes(message.method)) {
      write(error(message.id, codes.noMethod, "The first request must be initialize."));
    } else if (kind === "request") {
      const work = handle(message).finally(() => open.delete(work));
      open.add(work);
    }
  }
  await Promise.all(open);
}
