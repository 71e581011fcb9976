// The document store's MCP server, on stdio. It has no keys of its own: it passes the one in DOCUMENTS_API_KEY
// to the API at --api URL, which accepts or refuses it.
import { parseArgs } from "node:util";
import { serveStdio } from "./lib/mcp-stdio.mjs";
import { idempotencyMeta, McpServer, ToolError } from "./lib/protocol.mjs";
import { effects, object, text } from "./lib/mcp-service.mjs";

const { values } = parseArgs({ options: { api: { type: "string" } } });
const key = process.env.DOCUMENTS_API_KEY;
if (!values.api || !key) {
  process.stderr.write("documents: --api URL and the environment variable DOCUMENTS_API_KEY are needed.\n");
  process.exit(2);
}

async function get(path, query, meta) {
  const address = new URL(path, values.api);
  address.search = new URLSearchParams(query);
  const headers = { "X-Documents-Key": key };
  if (typeof meta.traceparent === "string") headers.traceparent = meta.traceparent;
  if (typeof meta[idempotencyMeta] === "string") headers["Idempotency-Key"] = meta[idempotencyMeta];
  let response;
  try {
    response = await fetch(address, { headers, redirect: "error" });
  } catch {
    throw new ToolError("The documents API cannot be reached.");
  }
  if (response.status === 401) {
    throw new ToolError("The documents API refused the key: 401 Unauthorized.");
  }
  if (!response.ok) {
    throw new ToolError(response.status === 404 ? "There is no such document." : `The documents API answered with status ${response.status}.`);
  }
  return response.json();
}

const server = new McpServer("documents", "The company's documents.", [
  {
    name: "search_documents",
    scope: "read",
    title: "Search documents",
    description: "Finds documents that contain a text.",
    annotations: effects.reads,
    inputSchema: object({ query: text("The text to look for.") }),
    outputSchema: object({ documents: { type: "array" }, count: { type: "integer" } }),
    run: ({ query }, { meta }) => get("/search", { q: query }, meta),
  },
  {
    name: "get_document",
    scope: "read",
    title: "Get a document",
    description: "Gives the text of one document.",
    annotations: effects.reads,
    inputSchema: object({ document_id: text("The document's id.", { pattern: "^D-[0-9]{3}$" }) }),
    outputSchema: object({ document: { type: "object" } }),
    run: ({ document_id }, { meta }) => get("/document", { id: document_id }, meta),
  },
]);

await serveStdio(server);
process.exit(0);
