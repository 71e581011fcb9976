// The document store's own HTTP API, which checks the key. The MCP server in front of it is documents.mjs.
import { HttpError, send } from "./lib/http.mjs";
import { schemes } from "./lib/keys.mjs";
import { launch } from "./lib/launch.mjs";
import { idempotencyMeta } from "./lib/protocol.mjs";

const documents = [
  { id: "D-301", title: "Invoice INV-2041", text: "Invoice INV-2041: espresso machine service, spring contract. Payable within 30 days." },
  { id: "D-302", title: "Invoice INV-2057", text: "Invoice INV-2057: grinder burrs, two sets. Payable within 30 days." },
  { id: "D-303", title: "Invoice INV-2063", text: "Invoice INV-2063: water filters, twelve pieces. Payable within 30 days." },
  { id: "D-310", title: "Payment terms", text: "Reminders are friendly. The first goes out after the due date, a fee is charged only after the third." },
];

// The front sends the caller's trace and idempotency key as headers; the log keeps them like the other samples keep `_meta`.
function metaOf(headers) {
  const meta = {};
  if (headers.traceparent) meta.traceparent = headers.traceparent;
  if (headers["idempotency-key"]) meta[idempotencyMeta] = headers["idempotency-key"];
  return meta;
}

await launch({
  scheme: schemes.header("X-Documents-Key"),
  scopes: ["read"],
  path: "",
  routes: (ring, log) => {
    const guarded = (tool, handler) => (request, response, url) => {
      const caller = ring.identify(request.headers);
      if (!caller?.scope) {
        log.refused(401, tool, caller?.fingerprint ?? null);
        throw new HttpError(401, caller ? "The key is not valid." : "A key is required.", { "WWW-Authenticate": ring.challenge });
      }
      log.served(tool, caller.scope, caller.fingerprint, metaOf(request.headers));
      send(response, 200, handler(url));
    };
    return {
      "GET /search": guarded("search_documents", (url) => {
        const wanted = (url.searchParams.get("q") ?? "").toLowerCase();
        const found = documents.filter((each) => `${each.title} ${each.text}`.toLowerCase().includes(wanted));
        return { documents: found.map(({ id, title }) => ({ id, title })), count: found.length };
      }),
      "GET /document": guarded("get_document", (url) => {
        const found = documents.find((each) => each.id === url.searchParams.get("id"));
        if (!found) throw new HttpError(404, "There is no such document.");
        return { document: found };
      }),
    };
  },
});
