/** One sample of Prometheus' text format. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

const metricName = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const label = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"';
const samplePattern = new RegExp(
  `^(${metricName})(?:\\{((?:${label})(?:,${label})*,?)?\\})? (\\S+)(?: (-?\\d+))?$`,
);
const types = ["counter", "gauge", "histogram", "summary", "untyped"];
const suffixes: Record<string, string[]> = {
  histogram: ["_bucket", "_sum", "_count"],
  summary: ["", "_sum", "_count"],
};

/**
 * Reads a text in Prometheus' exposition format 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/). Throws for whatever that does not allow.
 */
export function readExposition(text: string): Sample[] {
  if (!text.endsWith("\n")) throw new Error("the last line must end");
  const typeOf = new Map<string, string>();
  const helped = new Set<string>();
  const seen = new Set<string>();
  const closed = new Set<string>();
  const samples: Sample[] = [];
  let family = "";
  for (const line of text.split("\n")) {
    if (line === "") continue;
    if (line.startsWith("#")) {
      const [, kind, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? [];
      if (!kind) continue;
      if (!new RegExp(`^${metricName}$`).test(name)) throw new Error(`bad name: ${line}`);
      const isTwice = kind === "HELP" ? helped.has(name) : typeOf.has(name);
      if (isTwice) throw new Error(`${kind} of ${name} twice`);
      if (kind === "HELP") helped.add(name);
      else if (types.includes(rest)) typeOf.set(name, rest);
      else throw new Error(`bad type: ${line}`);
      if (name !== family) closed.add(family);
      if (closed.has(name)) throw new Error(`${name} is not in one piece`);
      family = name;
      continue;
    }
    const [, name, labels = "", value = ""] = samplePattern.exec(line) ?? [];
    if (!name) throw new Error(`no sample: ${line}`);
    const allowed = suffixes[typeOf.get(family) ?? ""] ?? [""];
    if (!allowed.some((suffix) => name === family + suffix)) {
      throw new Error(`${name} stands below ${family}`);
    }
    if (seen.has(`${name}{${labels}}`)) throw new Error(`twice: ${line}`);
    seen.add(`${name}{${labels}}`);
    samples.push({ name, labels: readLabels(labels), value: readValue(value) });
  }
  return samples;
}

function readLabels(text: string): Record<string, string> {
  const pairs = text.matchAll(/([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g);
  return Object.fromEntries([...pairs].map(([, name, value]) => [name, value]));
}

// As Go's ParseFloat reads numbers: NaN and infinities in any case.
function readValue(text: string): number {
  if (/^nan$/i.test(text)) return Number.NaN;
  const [, sign] = /^([+-]?)inf(?:inity)?$/i.exec(text) ?? [];
  if (sign !== undefined) return sign === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const value = Number(text);
  if (Number.isNaN(value)) throw new Error(`no number: ${text}`);
  return value;
}
