// Starts all five samples by hand, with random keys that exist in memory only.
//
//   node samples/servers/start-all.mjs [--workspace DIR] [--cli PATH]
//
// Each key is piped into `agentruntime credentials set SERVER/SCOPE` on stdin. Nothing secret is written to a file, put into an
// argument or printed. While it runs, lines on stdin change keys: `rotate crm/read`. Ctrl-C or the end of stdin stops everything.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";

const here = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: {
    workspace: { type: "string", default: join(here, "..", "workspace") },
    cli: { type: "string", default: join(here, "..", "..", "agentruntime") },
  },
});
const workspace = resolve(values.workspace);
const cli = resolve(values.cli);

const random = () => randomBytes(24).toString("base64url");
const one = () => random();
const basic = () => ({ username: "invoice-mailer", password: random() });
const pair = () => ({ id: "invoice-service", token: random() });

const services = [
  { file: "crm", server: "crm", port: 7001, scopes: { read: one, write: one } },
  { file: "email", server: "email", port: 7002, scopes: { send: basic } },
  { file: "payments", server: "payments", port: 7003, scopes: { read: one, refund: one } },
  { file: "internal", server: "internal", port: 7004, scopes: { audit: pair } },
  { file: "documents-api", server: "documents", port: 7005, scopes: { read: one } },
];
const running = [];
let stopping = false;

function stop(code) {
  if (stopping) return;
  stopping = true;
  for (const { process: child } of running) child.stdin.end();
  process.exitCode = code;
  process.stdin.pause();
}

/** Starts one server and waits until it listens. */
function start(service) {
  const keys = Object.fromEntries(Object.entries(service.scopes).map(([scope, make]) => [scope, make()]));
  const admin = random();
  const child = spawn(process.execPath, [join(here, `${service.file}.mjs`), "--port", String(service.port)], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.on("error", () => {});
  child.stdin.write(`${JSON.stringify({ admin, keys })}\n`);
  const entry = { ...service, process: child, admin, keys };
  running.push(entry);
  return new Promise((done, fail) => {
    createInterface({ input: child.stdout }).once("line", (line) => {
      entry.address = JSON.parse(line);
      done(entry);
    });
    child.once("exit", (code) => {
      fail(new Error(`${service.file} ended with code ${code}; is port ${service.port} in use?`));
      if (entry.address && !stopping) {
        console.error(`${service.file} ended with code ${code}.`);
        stop(1);
      }
    });
  });
}

/** Hands a key to the runtime; a key with several fields goes field by field. */
async function hand(server, scope, key) {
  const name = `${server}/${scope}`;
  const fields = typeof key === "string" ? [[null, key]] : Object.entries(key);
  for (const [field, value] of fields) {
    const args = ["credentials", "set", name, ...(field ? ["--field", field] : []), "--workspace", workspace];
    await pipe(args, value);
  }
  console.log(`  ${name}`);
}

function pipe(args, value) {
  return new Promise((done, fail) => {
    const child = spawn(cli, args, { stdio: ["pipe", "ignore", "inherit"] });
    child.once("error", (problem) => fail(new Error(`The command cannot be started: ${problem.code}.`)));
    child.once("exit", (code) => (code === 0 ? done() : fail(new Error(`agentruntime ${args.slice(0, 3).join(" ")} ended with code ${code}.`))));
    child.stdin.on("error", () => {});
    child.stdin.end(value);
  });
}

/** Changes a key where it is checked and in the secret store, in this order: between the two the old value is refused. */
async function rotate(name) {
  const [server, scope] = name.split("/");
  const entry = running.find((each) => each.server === server);
  if (!entry || !Object.hasOwn(entry.scopes, scope)) {
    throw new Error(`There is no credential of that name. There are: ${names().join(", ")}.`);
  }
  const key = entry.scopes[scope]();
  const response = await fetch(new URL("/admin/keys", `http://127.0.0.1:${entry.address.listening}`), {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Admin-Key": entry.admin },
    body: JSON.stringify({ scope, key }),
  });
  if (!response.ok) throw new Error(`The server refused the new key with status ${response.status}.`);
  await hand(server, scope, key);
}

const names = () => services.flatMap(({ server, scopes }) => Object.keys(scopes).map((scope) => `${server}/${scope}`));

process.once("SIGINT", () => stop(0));
process.once("SIGTERM", () => stop(0));

try {
  for (const entry of await Promise.all(services.map(start))) {
    console.log(`${entry.file} listens on ${entry.address.url}`);
  }
  console.log(`Keys handed to the workspace ${workspace}:`);
  for (const { server, keys } of running) {
    for (const [scope, key] of Object.entries(keys)) await hand(server, scope, key);
  }
  console.log("\nNow, in another terminal:");
  console.log(`  ${cli} run invoice-follow-up --workspace ${workspace}`);
  console.log("Here, to change a key while it runs: rotate crm/read. Ctrl-C ends the servers.");
  for await (const line of createInterface({ input: process.stdin })) {
    const [word, name, ...rest] = line.trim().split(/\s+/);
    if (word === "rotate" && name && rest.length === 0) {
      await rotate(name).catch((problem) => console.error(problem.message));
    } else if (word) {
      console.error("Say: rotate SERVER/SCOPE.");
    }
  }
  stop(0);
} catch (problem) {
  console.error(problem.message);
  stop(1);
}
