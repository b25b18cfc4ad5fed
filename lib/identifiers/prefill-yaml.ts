import { type Document, isMap, isScalar, LineCounter, parseDocument } from "yaml";

export type YamlReading =
  | { value: unknown; document: Document; lines: LineCounter }
  | { problem: string; place: string };

/**
 * Reads YAML from a stranger: the core schema, no tags of anyone's own, few aliases, so that a small file cannot become a large
 * value. Gives the problem and its place where the text is not such YAML; never throws.
 */
export function readYaml(text: string): YamlReading {
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, {
      schema: "core",
      lineCounter: lines,
      prettyErrors: false,
      // The library compares each key with each other: quadratic. Doubles at the top are looked for below.
      uniqueKeys: false,
    });
    const [error] = document.errors;
    if (error) {
      const reason = /call stack/.test(error.message) ? "it nests too deeply" : error.message;
      return {
        problem: `It is not valid YAML: ${reason}`.slice(0, 300),
        place: placeAt(lines, error.pos[0]),
      };
    }
    const double = doubleKey(document);
    if (double) {
      return {
        problem: `It is not valid YAML: the key "${double.key.slice(0, 60)}" stands there twice`,
        place: placeAt(lines, double.offset),
      };
    }
    return { value: document.toJS({ maxAliasCount: 20 }), document, lines };
  } catch (error) {
    // Too many aliases, unresolved ones, or nesting that exhausts the stack.
    const reason = error instanceof Error ? error.message : String(error);
    return { problem: `It cannot be read: ${reason}`.slice(0, 300), place: "the file" };
  }
}

function doubleKey(document: Document): { key: string; offset: number } | null {
  if (!isMap(document.contents)) return null;
  const seen = new Set<string>();
  for (const { key } of document.contents.items) {
    if (!isScalar(key)) continue;
    const name = String(key.value);
    if (seen.has(name)) return { key: name, offset: key.range?.[0] ?? 0 };
    seen.add(name);
  }
  return null;
}

function placeAt(lines: LineCounter, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `line ${line}, column ${col}`;
}
