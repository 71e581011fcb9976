// How every HTTP sample starts: keys come as one line of JSON on stdin, never in arguments or the environment;
// the address goes out as one line of JSON on stdout; the process ends when stdin does.
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { AccessLog } from "./access-log.mjs";
import { adminRoutes, listen } from "./http.mjs";
import { KeyRing } from "./keys.mjs";

/**
 * Starts a service. `routes(ring, log)` gives its own routes, `path` is shown in the address.
 * Options: `--port N` (0, the default, takes any free one) and `--detached` (go on when stdin ends).
 */
export async function launch({ scheme, scopes, path, routes }) {
  try {
    const { values } = parseArgs({ options: { port: { type: "string", default: "0" }, detached: { type: "boolean", default: false } } });
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65535) {
      throw new Error("--port must be a number from 0 to 65535.");
    }
    const lines = createInterface({ input: process.stdin });
    const settings = await firstLine(lines);
    const ring = new KeyRing(scheme, scopes, settings.keys);
    const log = new AccessLog();
    const server = await listen(port, { ...routes(ring, log), ...adminRoutes(settings.admin, ring, log) });
    const actual = server.address().port;
    process.stdout.write(`${JSON.stringify({ listening: actual, url: `http://127.0.0.1:${actual}${path}` })}\n`);

    const end = () => {
      server.close(() => process.exit(0));
      server.closeAllConnections();
    };
    process.once("SIGTERM", end);
    process.once("SIGINT", end);
    if (!values.detached) {
      if (settings.ended) {
        end();
      }
      lines.once("close", end);
    }
  } catch (problem) {
    // Messages of the launch name scopes and options, never keys.
    process.stderr.write(`${problem.message}\n`);
    process.exit(2);
  }
}

function firstLine(lines) {
  return new Promise((resolve, reject) => {
    let ended = false;
    lines.once("line", (line) => {
      let settings;
      try {
        settings = JSON.parse(line);
      } catch {
        return reject(new Error("The first line of stdin is not JSON."));
      }
      if (typeof settings?.admin !== "string" || settings.admin.length < 8 || typeof settings.keys !== "object" || settings.keys === null) {
        return reject(new Error('The first line of stdin must be {"admin": "at least 8 characters", "keys": {SCOPE: KEY}}.'));
      }
      return resolve({ admin: settings.admin, keys: settings.keys, get ended() { return ended; } });
    });
    lines.once("close", () => {
      ended = true;
      reject(new Error("Stdin ended before the line with the keys."));
    });
  });
}
