// Line coverage of one project over all Cobertura files: a line counts as covered when any test project reached it.
//
//   node eng/coverage.mjs --project src/AgentRuntime.Core --threshold 90 [--gate] FILE...
//
// Generated code (below obj/) does not count. With --gate the exit code is 1 below the threshold; without, it only reports.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  options: { project: { type: "string" }, threshold: { type: "string" }, gate: { type: "boolean", default: false } },
  allowPositionals: true,
});
const threshold = Number(values.threshold);
const folder = `/${values.project}/`;

/** File (relative to the project) -> line -> whether it was reached. */
const files = new Map();
for (const report of positionals) {
  for (const [, attributes, body] of readFileSync(report, "utf8").matchAll(/<class ([^>]*)>([\s\S]*?)<\/class>/g)) {
    const path = (/filename="([^"]*)"/.exec(attributes)?.[1] ?? "").replaceAll("\\", "/");
    const at = path.lastIndexOf(folder);
    const name = path.slice(at + folder.length);
    if (at < 0 || name.startsWith("obj/")) continue;
    const lines = files.get(name) ?? new Map();
    files.set(name, lines);
    for (const [, line, hits] of body.matchAll(/<line number="(\d+)" hits="(\d+)"/g)) {
      lines.set(line, lines.get(line) || hits !== "0");
    }
  }
}

const count = (lines) => [...lines.values()].filter(Boolean).length;
let all = 0;
let covered = 0;
const rows = [];
for (const [name, lines] of files) {
  all += lines.size;
  covered += count(lines);
  rows.push({ name, missed: lines.size - count(lines), size: lines.size });
}
if (all === 0) {
  console.error(`coverage: the reports hold no lines of ${values.project}.`);
  process.exit(1);
}

const percent = (100 * covered) / all;
console.log(`Coverage of ${values.project}: ${percent.toFixed(1)} % of ${all} lines; threshold ${threshold} %${values.gate ? "" : ", reported only"}.`);
for (const { name, missed, size } of rows.filter((row) => row.missed > 0).sort((a, b) => b.missed - a.missed).slice(0, 10)) {
  console.log(`  ${String(missed).padStart(4)} of ${String(size).padStart(4)} lines not reached: ${name}`);
}
process.exit(values.gate && percent < threshold ? 1 : 0);
