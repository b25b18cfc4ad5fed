/** A Bokeh chart's data as its script has them. */
export interface BokehDocument {
  json: string;
  /** Pixels that the first figure will be high. */
  height: number;
}

/** What Bokeh makes a figure high that nobody gave a height. */
const usual = 600;

/** The document within a script that draws it; null where there is none. The text has not been parsed yet. */
export function bokehDocument(script: string): BokehDocument | null {
  const start = /\bdocs_json\s*=\s*(?=\{)/.exec(script);
  if (!start) return null;
  // No string of JSON has a line break in it: the document ends with its line.
  const [line = ""] = script.slice(start.index + start[0].length).split("\n", 1);
  const statement = line.trimEnd();
  if (!statement.endsWith("};")) return null;
  const json = statement.slice(0, -1);
  const stated = Number(/"height":\s*(\d{2,4})\b/.exec(json)?.[1] ?? usual);
  return { json, height: Math.min(1_200, stated + 10) };
}
