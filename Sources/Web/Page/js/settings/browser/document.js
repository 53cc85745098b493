// The OpenAPI document, as the browser needs it.

const verbs = ["get", "post", "put", "patch", "delete"];

export async function loadOperations() {
  const response = await fetch("/openapi.json", { cache: "no-cache" });
  if (!response.ok) throw new Error(`The description of the API cannot be loaded: the service answered ${response.status}.`);
  return operationsOf(await response.json());
}

/** Every operation: { verb, path, id, group, summary, details, parameters, body, isSocket }. */
export function operationsOf(document) {
  const base = (document.servers?.[0]?.url ?? "").replace(/\/$/, "");
  const operations = [];
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    const shared = item.parameters ?? [];
    for (const verb of verbs) {
      const operation = item[verb];
      if (!operation) continue;
      operations.push({
        verb: verb.toUpperCase(), path, address: `${new URL(base || "/", location.href).pathname.replace(/\/$/, "")}${path}`,
        id: operation.operationId ?? `${verb} ${path}`,
        group: operation.tags?.[0] ?? "Other", summary: operation.summary ?? "", details: operation.description ?? "",
        permission: operation["x-permission"] ?? null,
        parameters: [...shared, ...(operation.parameters ?? [])].map((one) => resolved(document, one)).filter((one) => ["path", "query", "header"].includes(one.in))
          .map((one) => ({ name: one.name, place: one.in, isRequired: Boolean(one.required), note: one.description ?? "", schema: resolved(document, one.schema ?? {}), example: one.example ?? firstExample(document, one.examples) })),
        body: bodyOf(document, operation.requestBody),
        isSocket: "101" in (operation.responses ?? {}),
      });
    }
  }
  return operations;
}

function bodyOf(document, declared) {
  if (!declared) return null;
  const body = resolved(document, declared);
  const types = Object.keys(body.content ?? {});
  if (types.length === 0) return null;
  const json = types.find((type) => type.includes("json"));
  const isFile = !json;
  const type = json ?? types.find((one) => one === "application/octet-stream") ?? types[0];
  const content = body.content[type];
  return {
    type, isFile, isRequired: body.required !== false,
    example: isFile ? null : content.example ?? firstExample(document, content.examples) ?? exampleOf(document, content.schema ?? {}),
  };
}

function firstExample(document, examples) {
  const first = Object.values(examples ?? {})[0];
  return first === undefined ? undefined : resolved(document, first).value;
}

/** Follows a reference within the document. */
export function resolved(document, value, depth = 0) {
  if (typeof value?.$ref !== "string" || depth > 8) return value;
  const parts = value.$ref.replace(/^#\//, "").split("/").map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const found = parts.reduce((place, part) => place?.[part], document);
  return resolved(document, found ?? {}, depth + 1);
}

/** A value that fits a schema: its own example, else made from its parts. */
export function exampleOf(document, declared, depth = 0) {
  const schema = resolved(document, declared);
  if (schema.example !== undefined) return schema.example;
  if (schema.examples?.length > 0) return schema.examples[0];
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum?.length > 0) return schema.enum[0];
  const choice = schema.anyOf ?? schema.oneOf;
  if (choice?.length > 0) return exampleOf(document, choice.find((one) => resolved(document, one).type !== "null") ?? choice[0], depth + 1);
  if (depth > 6) return null;
  if (schema.allOf?.length > 0) return Object.assign({}, ...schema.allOf.map((one) => exampleOf(document, one, depth + 1)));
  const type = Array.isArray(schema.type) ? schema.type.find((one) => one !== "null") : schema.type;
  switch (type ?? (schema.properties ? "object" : "")) {
    case "object": return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, part]) => [name, exampleOf(document, part, depth + 1)]));
    case "array": return schema.items ? [exampleOf(document, schema.items, depth + 1)] : [];
    case "integer": case "number": return schema.minimum ?? 0;
    case "boolean": return true;
    case "string": return schema.format === "date-time" ? "2030-01-01T00:00:00Z" : "";
    default: return null;
  }
}
