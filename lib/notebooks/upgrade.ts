import { isFailure, isObject, type JsonObject, parseJson } from "./json.ts";
import { array, Malformed, multiline, object } from "./shape.ts";

/** The short names of nbformat 3 for what an output holds. */
const mediaTypes: ReadonlyMap<string, string> = new Map([
  ["text", "text/plain"],
  ["html", "text/html"],
  ["svg", "image/svg+xml"],
  ["png", "image/png"],
  ["jpeg", "image/jpeg"],
  ["latex", "text/latex"],
  ["json", "application/json"],
  ["javascript", "application/javascript"],
]);

/**
 * Turns a parsed nbformat 3 document into the nbformat 4.5 document that Jupyter's own upgrade would write: worksheets become
 * one list of cells, headings become Markdown, outputs get media types. Places in errors are those of the file as it is.
 */
export function upgradeVersion3(raw: JsonObject): JsonObject {
  const {
    name: _name,
    signature: _signature,
    ...metadata
  } = isObject(raw.metadata) ? raw.metadata : {};
  const cells: JsonObject[] = [];
  let language: string | null = null;
  for (const [at, sheet] of array(raw.worksheets, "worksheets").entries()) {
    const place = `worksheets[${at}]`;
    const list = array(object(sheet, place).cells, `${place}.cells`);
    for (const [index, cell] of list.entries()) {
      const old = object(cell, `${place}.cells[${index}]`);
      if (typeof old.language === "string") language ??= old.language;
      cells.push(upgradeCell(old, `${place}.cells[${index}]`));
    }
  }
  if (language !== null && metadata.language_info === undefined) {
    metadata.language_info = { name: language };
  }
  return { nbformat: 4, nbformat_minor: 5, metadata, cells };
}

function upgradeCell(old: JsonObject, place: string): JsonObject {
  const metadata: JsonObject = isObject(old.metadata) ? { ...old.metadata } : {};
  switch (old.cell_type) {
    case "code": {
      if (typeof old.collapsed === "boolean") metadata.collapsed = old.collapsed;
      const outputs = array(old.outputs ?? [], `${place}.outputs`);
      return {
        cell_type: "code",
        source: multiline(old.input ?? "", `${place}.input`),
        execution_count: old.prompt_number ?? null,
        outputs: outputs.map((output, at) => upgradeOutput(output, `${place}.outputs[${at}]`)),
        metadata,
      };
    }
    case "heading": {
      const level = Math.min(Math.max(Number(old.level) || 1, 1), 6);
      const line = multiline(old.source ?? "", `${place}.source`)
        .split(/\r\n|\r|\n/)
        .join(" ");
      return { cell_type: "markdown", source: `${"#".repeat(level)} ${line.trim()}`, metadata };
    }
    case "markdown":
    case "html":
      return { cell_type: "markdown", source: old.source ?? "", metadata };
    case "raw":
      return { cell_type: "raw", source: old.source ?? "", metadata };
    default:
      throw new Malformed(`${place}.cell_type`, "it must be code, markdown, html, heading or raw");
  }
}

function upgradeOutput(value: unknown, place: string): JsonObject {
  const old = object(value, place);
  switch (old.output_type) {
    case "pyout":
      return {
        output_type: "execute_result",
        execution_count: old.prompt_number ?? null,
        ...outputData(old),
      };
    case "display_data":
      return { output_type: "display_data", ...outputData(old) };
    case "pyerr":
      return {
        output_type: "error",
        ename: old.ename ?? "",
        evalue: old.evalue ?? "",
        traceback: old.traceback ?? [],
      };
    case "stream":
      return { output_type: "stream", name: old.stream ?? "stdout", text: old.text ?? "" };
    default:
      throw new Malformed(
        `${place}.output_type`,
        "it must be pyout, display_data, pyerr or stream",
      );
  }
}

function outputData(old: JsonObject): { data: JsonObject; metadata: JsonObject } {
  const beside = new Set(["output_type", "prompt_number", "metadata"]);
  const content = Object.entries(old).filter(([key]) => !beside.has(key));
  return {
    data: Object.fromEntries(content.map(([key, value]) => upgradeContent(key, value))),
    metadata: Object.fromEntries(
      Object.entries(isObject(old.metadata) ? old.metadata : {}).map(([key, value]) => [
        mediaTypes.get(key) ?? key,
        value,
      ]),
    ),
  };
}

/** nbformat 3 kept JSON as text. */
function upgradeContent(key: string, value: unknown): [string, unknown] {
  const type = mediaTypes.get(key) ?? key;
  if (type !== "application/json" || !(typeof value === "string" || Array.isArray(value))) {
    return [type, value];
  }
  const json = parseJson(Array.isArray(value) ? value.join("") : value);
  return isFailure(json) ? ["text/plain", value] : [type, json.value];
}
