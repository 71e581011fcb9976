// The Model Context Protocol as far as a server with tools needs it: JSON-RPC 2.0, initialize, ping, tools/list, tools/call.
// It knows nothing of HTTP, stdio or keys.
import { check } from "./schema.mjs";

/** The revisions spoken, newest first. */
export const revisions = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

/** The member of a request's `_meta` by which the runtime marks attempts of the same step. */
export const idempotencyMeta = "agentruntime/idempotency-key";

export const codes = { parse: -32700, invalid: -32600, noMethod: -32601, params: -32602, internal: -32603 };

export const error = (id, code, message, data) => ({
  jsonrpc: "2.0",
  id: id ?? null,
  error: data === undefined ? { code, message } : { code, message, data },
});

const result = (id, value) => ({ jsonrpc: "2.0", id, result: value });
const isId = (id) => typeof id === "string" || Number.isInteger(id);

/** What a JSON value is: "request", "notification", "response", or null when it is no JSON-RPC message. */
export function kindOf(message) {
  if (message === null || typeof message !== "object" || Array.isArray(message) || message.jsonrpc !== "2.0") return null;
  if (typeof message.method === "string") {
    if (!Object.hasOwn(message, "id")) return "notification";
    return isId(message.id) ? "request" : null;
  }
  return isId(message.id) && (Object.hasOwn(message, "result") || Object.hasOwn(message, "error")) ? "response" : null;
}

/** Thrown by a tool to answer with `isError`; the text reaches the caller, so it never holds a key. */
export class ToolError extends Error {}

/** One MCP server: a name and its tools. A tool is `{name, scope, title, description, annotations, inputSchema, outputSchema, run}`. */
export class McpServer {
  #info;
  #instructions;
  #tools;

  constructor(name, instructions, tools) {
    this.#info = { name: `agentruntime-sample-${name}`, title: `AgentRuntime sample: ${name}`, version: "1.0.0" };
    this.#instructions = instructions;
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]));
  }

  tool(name) {
    return typeof name === "string" ? this.#tools.get(name) : undefined;
  }

  /** Answers one request. `revision` is the negotiated one, null before `initialize`; `context` is handed to the tool. */
  async answer(request, revision, context) {
    const params = request.params ?? {};
    if (typeof params !== "object" || Array.isArray(params)) {
      return error(request.id, codes.params, "params must be an object.");
    }
    switch (request.method) {
      case "initialize":
        return this.#initialize(request.id, params);
      case "ping":
        return result(request.id, {});
      case "tools/list":
        return result(request.id, { tools: [...this.#tools.values()].map((tool) => describe(tool, revision)) });
      case "tools/call":
        return this.#call(request.id, params, revision, context);
      default:
        return error(request.id, codes.noMethod, "There is no such method.");
    }
  }

  #initialize(id, params) {
    if (typeof params.protocolVersion !== "string") {
      return error(id, codes.params, "protocolVersion is missing.", { supported: revisions });
    }
    const revision = revisions.includes(params.protocolVersion) ? params.protocolVersion : revisions[0];
    const { title, ...older } = this.#info;
    return result(id, {
      protocolVersion: revision,
      capabilities: { tools: {} },
      serverInfo: revision >= "2025-06-18" ? { ...older, title } : older,
      instructions: this.#instructions,
    });
  }

  async #call(id, params, revision, context) {
    const tool = this.tool(params.name);
    if (!tool) {
      return error(id, codes.params, "There is no such tool.");
    }
    const args = params.arguments ?? {};
    const problems = check(tool.inputSchema, args);
    if (problems.length > 0) {
      return result(id, failure(`${problems.join("; ")}.`));
    }
    try {
      const value = await tool.run(args, { ...context, meta: params._meta ?? {} });
      const text = [{ type: "text", text: JSON.stringify(value) }];
      return result(id, revision >= "2025-06-18" ? { content: text, structuredContent: value } : { content: text });
    } catch (problem) {
      if (problem instanceof ToolError) {
        return result(id, failure(problem.message));
      }
      return error(id, codes.internal, "The tool failed for a reason that is not told.");
    }
  }
}

const failure = (text) => ({ content: [{ type: "text", text }], isError: true });

// Older revisions have no annotations, titles or output schemas.
function describe(tool, revision) {
  const { name, title, description, inputSchema, outputSchema, annotations } = tool;
  const described = { name, description, inputSchema };
  if (revision >= "2025-03-26") described.annotations = { title, ...annotations };
  if (revision >= "2025-06-18") Object.assign(described, { title, ...(outputSchema && { outputSchema }) });
  return described;
}
