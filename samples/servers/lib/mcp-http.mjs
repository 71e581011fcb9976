// MCP over Streamable HTTP: POST answers with JSON, GET is refused (there is no stream), DELETE ends a session.
// The key is checked on every request, whatever session it belongs to.
import { randomUUID } from "node:crypto";
import { HttpError, readJson, send } from "./http.mjs";
import { codes, error, kindOf, revisions } from "./protocol.mjs";

const sessionLimit = 1000;

/** The handler of the MCP endpoint. */
export function mcpEndpoint(server, ring, log) {
  const sessions = new Map();

  /** The scope and fingerprint behind a request; 401 without a key or with a wrong one. */
  function authenticate(request) {
    const caller = ring.identify(request.headers);
    if (!caller?.scope) {
      log.refused(401, null, caller?.fingerprint ?? null);
      const reason = caller ? "The key is not valid." : "A key is required.";
      const challenge = ring.challenge + (caller && ring.challenge.startsWith("Bearer") ? ', error="invalid_token"' : "");
      throw new HttpError(401, reason, { "WWW-Authenticate": challenge });
    }
    return caller;
  }

  /** Refuses the whole request with 403 when one of its calls needs a greater scope. */
  function authorize(caller, messages) {
    for (const message of messages) {
      const tool = message?.method === "tools/call" ? server.tool(message.params?.name) : undefined;
      if (tool && !ring.allows(caller.scope, tool.scope)) {
        log.refused(403, tool.name, caller.fingerprint);
        const detail = ring.challenge.startsWith("Bearer") ? `, error="insufficient_scope", scope="${tool.scope}"` : "";
        throw new HttpError(403, `This key has scope ${caller.scope}; the tool needs ${tool.scope}.`, {
          "WWW-Authenticate": ring.challenge + detail,
        });
      }
    }
  }

  // A session belongs to the scope that opened it, so that one key cannot ride on the session of another.
  function find(request, caller) {
    const session = sessions.get(request.headers["mcp-session-id"]);
    return session?.scope === caller.scope ? session : undefined;
  }

  function open(caller, revision) {
    const id = randomUUID();
    sessions.set(id, { id, scope: caller.scope, revision });
    if (sessions.size > sessionLimit) {
      sessions.delete(sessions.keys().next().value);
    }
    return id;
  }

  async function post(request, response, caller) {
    const accept = request.headers.accept ?? "*/*";
    if (!/application\/(json|\*)|\*\/\*/i.test(accept)) {
      throw new HttpError(406, "The client must accept application/json.");
    }
    const body = await readJson(request);
    const messages = Array.isArray(body) ? body : [body];
    if (messages.length === 0 || messages.some((message) => kindOf(message) === null)) {
      return send(response, 400, error(null, codes.invalid, "This is no JSON-RPC 2.0 message."));
    }
    const version = request.headers["mcp-protocol-version"];
    if (version !== undefined && !revisions.includes(version)) {
      return send(response, 400, error(body.id, codes.invalid, "This protocol version is not supported.", { supported: revisions }));
    }
    authorize(caller, messages);

    if (!Array.isArray(body) && body.method === "initialize" && kindOf(body) === "request") {
      const answer = await server.answer(body, null, {});
      const revision = answer.result?.protocolVersion;
      return send(response, revision ? 200 : 400, answer, revision ? { "Mcp-Session-Id": open(caller, revision) } : {});
    }
    if (request.headers["mcp-session-id"] === undefined) {
      return send(response, 400, error(body.id, codes.invalid, "The first request must be initialize; the others need Mcp-Session-Id."));
    }
    const session = find(request, caller);
    if (!session) {
      return send(response, 404, error(body.id, codes.invalid, "There is no such session. Begin with initialize."));
    }
    if (Array.isArray(body) && session.revision !== "2025-03-26") {
      return send(response, 400, error(null, codes.invalid, "This protocol version has no batches."));
    }
    const answers = [];
    for (const message of messages.filter((each) => kindOf(each) === "request")) {
      if (message.method === "tools/call" && server.tool(message.params?.name)) {
        log.served(message.params.name, caller.scope, caller.fingerprint, message.params._meta);
      }
      answers.push(await server.answer(message, session.revision, { caller }));
    }
    if (answers.length === 0) {
      return send(response, 202);
    }
    return send(response, 200, Array.isArray(body) ? answers : answers[0]);
  }

  return async (request, response) => {
    const caller = authenticate(request);
    switch (request.method) {
      case "POST":
        return post(request, response, caller);
      case "DELETE": {
        const session = find(request, caller);
        if (!session) {
          throw new HttpError(404, "There is no such session.");
        }
        sessions.delete(session.id);
        return send(response, 204);
      }
      default:
        throw new HttpError(405, "This server has no stream.", { Allow: "POST, DELETE" });
    }
  };
}
