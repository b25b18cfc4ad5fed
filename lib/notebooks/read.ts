import { checkNotebook, Malformed } from "./check.ts";
import { isFailure, isObject, parseJson } from "./json.ts";
import type { NotebookReading } from "./types.ts";
import { upgradeVersion3 } from "./upgrade.ts";

/** Larger notebooks are data files by another name, and a page could not show them. */
const maxBytes = 200 * 1024 ** 2;

/**
 * Reads a notebook file: nbformat 4.0 to 4.5 as it is, 3 upgraded, 1 and 2 refused. Gives the notebook with joined lines, an id in
 * every cell and notes on what was changed, or what is wrong and where (for example `cells[3].outputs[0].data`).
 * Never throws, whatever the bytes. Format: https://nbformat.readthedocs.io/en/latest/format_description.html
 */
export function readNotebook(bytes: Uint8Array | string): NotebookReading {
  if (bytes.length > maxBytes) {
    return broken(`It is larger than ${maxBytes / 1024 ** 2} MB.`, "the file");
  }
  const text = typeof bytes === "string" ? bytes.replace(/^\uFEFF/, "") : decode(bytes);
  if (text === null) return broken("It is not UTF-8 text.", "the file");
  if (text.trim() === "") return broken("It is empty.", "the file");
  const json = parseJson(text);
  if (isFailure(json)) return broken(json.message, json.place);

  const notes: string[] = [];
  if (json.nonFinite) notes.push("NaN and Infinity, which JSON does not know, were read as null.");
  try {
    const { value } = json;
    if (!isObject(value)) throw new Malformed("the file", "a notebook is a JSON object");
    switch (majorVersion(value.nbformat)) {
      case 4:
        return { ok: true, notebook: checkNotebook(value, notes, "as it is"), notes };
      case 3: {
        const upgraded = upgradeVersion3(value);
        notes.push("It was upgraded from nbformat 3 to nbformat 4.5.");
        return { ok: true, notebook: checkNotebook(upgraded, notes, "upgraded"), notes };
      }
      case 1:
      case 2:
        throw new Malformed(
          "nbformat",
          `version ${value.nbformat} is older than IPython 1.0; open and save it once with a current Jupyter`,
        );
      default:
        throw new Malformed(
          "nbformat",
          `version ${String(value.nbformat).slice(0, 20)} is newer than what is known here (4)`,
        );
    }
  } catch (error) {
    if (error instanceof Malformed) return broken(error.message, error.place);
    throw error;
  }
}

function broken(message: string, place: string): NotebookReading {
  const sentence = message.charAt(0).toUpperCase() + message.slice(1);
  return { ok: false, message: sentence.replace(/(?<![.!?])$/, "."), place };
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

function majorVersion(value: unknown): number {
  if (value === undefined) throw new Malformed("nbformat", "it is missing: this is not a notebook");
  if (typeof value !== "number" || !Number.isInteger(value) || value < 1) {
    throw new Malformed("nbformat", "it must be a whole number");
  }
  return value;
}
