import { array, count, Malformed, multiline, object, text } from "./shape.ts";
import type { Output } from "./types.ts";

/** Checks one output of a code cell against nbformat 4. Throws Malformed. */
export function checkOutput(value: unknown, place: string, notes: string[]): Output {
  const raw = object(value, place);
  switch (raw.output_type) {
    case "stream": {
      const name = text(raw.name, `${place}.name`);
      if (name !== "stdout" && name !== "stderr") {
        notes.push(`${place}: the stream "${name.slice(0, 40)}" is shown as stdout.`);
      }
      return {
        output_type: "stream",
        name: name === "stderr" ? "stderr" : "stdout",
        text: multiline(raw.text, `${place}.text`),
      };
    }
    case "display_data":
      return {
        output_type: "display_data",
        data: mimeBundle(raw.data, `${place}.data`),
        metadata: object(raw.metadata, `${place}.metadata`),
      };
    case "execute_result":
      return {
        output_type: "execute_result",
        data: mimeBundle(raw.data, `${place}.data`),
        metadata: object(raw.metadata, `${place}.metadata`),
        execution_count: count(raw.execution_count, `${place}.execution_count`),
      };
    case "error":
      return {
        output_type: "error",
        ename: text(raw.ename, `${place}.ename`),
        evalue: text(raw.evalue, `${place}.evalue`),
        traceback: array(raw.traceback, `${place}.traceback`).map((line, at) =>
          text(line, `${place}.traceback[${at}]`),
        ),
      };
    default:
      throw new Malformed(
        `${place}.output_type`,
        "it must be stream, display_data, execute_result or error",
      );
  }
}

/** Media type → content. JSON types hold any JSON, all others text; lines are joined. Throws Malformed. */
export function mimeBundle(value: unknown, place: string): Record<string, unknown> {
  const entries = Object.entries(object(value, place)).map(([type, content]) => {
    if (isJsonType(type)) return [type, content] as const;
    return [type, multiline(content, `${place}[${JSON.stringify(type.slice(0, 80))}]`)] as const;
  });
  return Object.fromEntries(entries);
}

/** Whether outputs of this media type are JSON values instead of text. Altair 6 names its charts `….v6.json`. */
export function isJsonType(mediaType: string): boolean {
  return /^application\/(?:[^\s]*[+.])?json$/.test(mediaType);
}
