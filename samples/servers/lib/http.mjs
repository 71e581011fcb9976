// A small HTTP host: loopback only, Host and Origin checked, bodies limited, and an administration that changes keys.
import { createServer } from "node:http";
import { same } from "./keys.mjs";

const bodyLimit = 1024 * 1024;
const loopback = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Ends a request with a status; thrown from anywhere below a route. */
export class HttpError extends Error {
  constructor(status, message, headers = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

export function send(response, status, body, headers = {}) {
  const bytes = body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body));
  const type = body === undefined ? {} : { "Content-Type": "application/json" };
  response.writeHead(status, { ...type, "Content-Length": bytes.length, "Cache-Control": "no-store", ...headers });
  response.end(bytes);
}

/** The body as JSON. */
export async function readJson(request) {
  if (!/^application\/json\s*(;|$)/i.test(request.headers["content-type"] ?? "")) {
    throw new HttpError(415, "The body must be application/json.");
  }
  const parts = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > bodyLimit) {
      throw new HttpError(413, `The body is larger than ${bodyLimit} bytes.`, { Connection: "close" });
    }
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch {
    throw new HttpError(400, "The body is not JSON.");
  }
}

// A web page in a browser on this machine must not reach the server, neither directly nor by DNS rebinding.
function checkOrigin(request) {
  const host = /^(\[[^\]]+\]|[^:]+)(:\d+)?$/.exec(request.headers.host ?? "")?.[1]?.toLowerCase();
  if (!loopback.has(host)) {
    throw new HttpError(403, "The Host header must name this machine.");
  }
  if (request.headers.origin !== undefined) {
    let origin;
    try {
      origin = new URL(request.headers.origin);
    } catch {
      throw new HttpError(403, "The Origin header is not a URL.");
    }
    if (!loopback.has(origin.hostname)) {
      throw new HttpError(403, "This origin is not allowed.");
    }
  }
}

/**
 * The administration, for the owner of the service: `POST /admin/keys {scope, key}` changes a key at once,
 * `GET /admin/log` lists served calls, `GET /admin/refusals` refused requests. All with `X-Admin-Key`.
 */
export function adminRoutes(adminKey, ring, log) {
  const checked = (handler) => async (request, response, url) => {
    if (!same(request.headers["x-admin-key"] ?? "", adminKey)) {
      throw new HttpError(401, "The X-Admin-Key header is missing or wrong.", { "WWW-Authenticate": 'ApiKey header="X-Admin-Key"' });
    }
    return handler(request, response, url);
  };
  return {
    "POST /admin/keys": checked(async (request, response) => {
      const body = await readJson(request);
      try {
        ring.set(body?.scope, body?.key);
      } catch (problem) {
        throw new HttpError(400, problem.message);
      }
      send(response, 204);
    }),
    "GET /admin/log": checked((_, response) => send(response, 200, log.calls)),
    "GET /admin/refusals": checked((_, response) => send(response, 200, log.refusals)),
  };
}

/** Serves routes (`"METHOD /path"`, or `"/path"` for every method) on 127.0.0.1; gives the server once it listens. */
export function listen(port, routes) {
  const server = createServer(async (request, response) => {
    try {
      checkOrigin(request);
      const url = new URL(request.url, "http://127.0.0.1");
      const handler = routes[`${request.method} ${url.pathname}`] ?? routes[url.pathname];
      if (!handler) {
        throw new HttpError(404, "There is nothing at this address.");
      }
      await handler(request, response, url);
    } catch (problem) {
      const known = problem instanceof HttpError;
      if (!response.headersSent) {
        send(response, known ? problem.status : 500, { error: known ? problem.message : "The server failed." }, known ? problem.headers : {});
      } else {
        response.destroy();
      }
    }
  });
  // Longer than clients keep idle connections, so that a pooled one is not closed under a request.
  server.keepAliveTimeout = 180_000;
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
