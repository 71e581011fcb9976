// The small part of JSON Schema that the tools of the samples use, so that they need no package.

const typeOf = (value) => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (Number.isInteger(value)) return "integer";
  return typeof value;
};

const fits = (type, value) => type === typeOf(value) || (type === "number" && typeOf(value) === "integer");

/** What is wrong with `value`, as sentences that name places and never quote the value. Empty when nothing is. */
export function check(schema, value, place = "arguments") {
  if (schema.type && !fits(schema.type, value)) {
    return [`${place} must be of type ${schema.type}`];
  }
  const problems = [];
  const fail = (text) => problems.push(`${place} ${text}`);

  if (schema.enum && !schema.enum.includes(value)) fail(`must be one of: ${schema.enum.join(", ")}`);
  if (typeof value === "string") {
    if (value.length < (schema.minLength ?? 0)) fail(`must have at least ${schema.minLength} characters`);
    if (value.length > (schema.maxLength ?? 100_000)) fail(`must have at most ${schema.maxLength ?? 100_000} characters`);
    if (schema.pattern && !new RegExp(schema.pattern, "u").test(value)) fail(`must match ${schema.pattern}`);
  }
  if (typeof value === "number") {
    if (value < (schema.minimum ?? -Infinity)) fail(`must be at least ${schema.minimum}`);
    if (value > (schema.maximum ?? Infinity)) fail(`must be at most ${schema.maximum}`);
  }
  if (Array.isArray(value) && schema.items) {
    value.forEach((item, index) => problems.push(...check(schema.items, item, `${place}[${index}]`)));
  }
  if (typeOf(value) === "object" && schema.properties) {
    for (const name of schema.required ?? []) {
      if (!Object.hasOwn(value, name)) fail(`must have ${name}`);
    }
    for (const [name, member] of Object.entries(value)) {
      if (Object.hasOwn(schema.properties, name)) {
        problems.push(...check(schema.properties[name], member, `${place}.${name}`));
      } else if (schema.additionalProperties === false) {
        fail(`must have no members besides: ${Object.keys(schema.properties).join(", ")}`);
      }
    }
  }
  return problems;
}
