// Puts the pieces together: an MCP server over HTTP with keys and an administration.
import { launch } from "./launch.mjs";
import { mcpEndpoint } from "./mcp-http.mjs";
import { McpServer } from "./protocol.mjs";

/** Starts an MCP server named `name` whose `tools` need `scopes` of `scheme`. */
export function serveMcp({ name, instructions, scheme, scopes, tools }) {
  const server = new McpServer(name, instructions, tools);
  return launch({ scheme, scopes, path: "/mcp", routes: (ring, log) => ({ "/mcp": mcpEndpoint(server, ring, log) }) });
}

/** What a tool does, as MCP annotations. */
export const effects = {
  reads: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  sets: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  adds: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  sends: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
};

/** An object schema whose members are all required except the ones in `optional`, with no others. */
export const object = (properties, optional = []) => ({
  type: "object",
  properties,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  additionalProperties: false,
});

export const text = (description, more = {}) => ({ type: "string", minLength: 1, maxLength: 200, description, ...more });
