import type { Finding } from "#lib/archive/index.ts";
import { isFailure, isObject, type JsonObject, parseJson } from "#lib/notebooks/index.ts";

/** The object that a JSON file of metadata holds, or the finding that says where it is broken. */
export function readJsonObject(
  text: string,
  path: string,
): { object: JsonObject } | { finding: Finding } {
  const json = parseJson(text.replace(/^\uFEFF/, ""));
  const broken = (message: string, place: string) => ({
    finding: { severity: "warning" as const, code: "metadata_invalid", message, path, place },
  });
  if (isFailure(json)) return broken(json.message, json.place);
  if (!isObject(json.value)) return broken("It must be a JSON object.", "line 1");
  return { object: json.value };
}
