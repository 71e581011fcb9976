// A tool server that does nothing but answer, so that what is measured is the way to it. Over stdio, or over HTTP with --http.
// Like a real one it wants its credential: in the environment over stdio, as a bearer token over HTTP.
import { schemes } from "../../samples/servers/lib/keys.mjs";
import { effects, object, serveMcp, text } from "../../samples/servers/lib/mcp-service.mjs";
import { serveStdio } from "../../samples/servers/lib/mcp-stdio.mjs";
import { McpServer } from "../../samples/servers/lib/protocol.mjs";

const tools = [{
  name: "echo",
  scope: "read",
  description: "Answers what it was given.",
  annotations: effects.reads,
  inputSchema: object({ text: text("Anything.") }),
  outputSchema: object({ text: text("The same.") }),
  run: ({ text }) => ({ text }),
}];

if (process.argv.includes("--http")) {
  process.argv.splice(process.argv.indexOf("--http"), 1);
  await serveMcp({ name: "echo", instructions: "Echoes.", scheme: schemes.bearer, scopes: ["read"], tools });
} else if (process.env.ECHO_KEY) {
  await serveStdio(new McpServer("echo", "Echoes.", tools));
} else {
  process.stderr.write("ECHO_KEY is missing.\n");
  process.exit(2);
}
