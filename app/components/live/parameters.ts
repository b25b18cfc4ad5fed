/** The value of a parameter, with how it was written where that matters for writing it anew. */
export type ParameterValue =
  | { kind: "number"; value: number; isInteger: boolean; text: string }
  | { kind: "text"; value: string; quote: '"' | "'" }
  | { kind: "switch"; value: boolean; words: readonly [yes: string, no: string] };

/** One assignment of a parameters cell. */
export interface Parameter {
  name: string;
  value: ParameterValue;
  /** What the comment beside it or above it says; "" for none. */
  comment: string;
  /** Where its value stands in the cell's text. */
  from: number;
  to: number;
}

interface Syntax {
  assignment: RegExp;
  comment: RegExp;
  booleans: readonly [yes: string, no: string];
  /** Which quotes make a string without further meaning. */
  quotes: string;
}

const name = "([A-Za-z_][\\w.]*)";
const syntaxes: Record<string, Syntax> = {
  python: {
    assignment: new RegExp(`^${name}(?:\\s*:\\s*[\\w.]+)?\\s*=\\s*(?!=)`),
    comment: /^#+\s?/,
    booleans: ["True", "False"],
    quotes: `"'`,
  },
  r: {
    assignment: new RegExp(`^${name}\\s*(?:<-|=(?!=))\\s*`),
    comment: /^#+'?\s?/,
    booleans: ["TRUE", "FALSE"],
    quotes: `"'`,
  },
  julia: {
    assignment: new RegExp(`^(?:const\\s+)?${name}\\s*=\\s*(?!=)`),
    comment: /^#+\s?/,
    booleans: ["true", "false"],
    quotes: `"`,
  },
  octave: {
    assignment: new RegExp(`^${name}\\s*=\\s*(?!=)`),
    comment: /^[%#]+\s?/,
    booleans: ["true", "false"],
    quotes: `'`,
  },
  javascript: {
    assignment: new RegExp(`^(?:(?:const|let|var)\\s+)?${name}\\s*=\\s*(?!=)`),
    comment: /^\/\/+\s?/,
    booleans: ["true", "false"],
    quotes: `"'`,
  },
};

const aliases: Record<string, string> = { matlab: "octave" };

/** A number as all these languages write it, without anything that only some know. */
const number = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/;

function syntaxOf(language: string | null): Syntax | null {
  const lower = language?.toLowerCase() ?? "";
  return syntaxes[aliases[lower] ?? lower] ?? null;
}

/**
 * The simple assignments of a cell that papermill would call its parameters: a name and a number, string or boolean,
 * each on a line of its own. Whatever else the cell has is passed over; a name that is assigned twice is none.
 */
export function readParameters(source: string, language: string | null): Parameter[] {
  const syntax = syntaxOf(language);
  if (!syntax) return [];
  const found: Parameter[] = [];
  let comments: string[] = [];
  let from = 0;
  let isInText = false;
  for (const line of source.split("\n")) {
    const start = from;
    from += line.length + 1;
    // Inside a string of several lines nothing is an assignment.
    const fences = line.split('"""').length + line.split("'''").length - 2;
    const wasInText = isInText;
    if (fences % 2 === 1) isInText = !isInText;
    if (wasInText || fences > 0) {
      comments = [];
      continue;
    }
    const above = syntax.comment.exec(line.trimStart());
    if (above) {
      comments.push(line.trimStart().slice(above[0].length).trim());
      continue;
    }
    const parameter = readLine(line, start, comments, syntax);
    if (parameter) found.push(parameter);
    comments = [];
  }
  return found.filter(({ name: own }) => found.filter((other) => other.name === own).length === 1);
}

function readLine(line: string, start: number, above: string[], syntax: Syntax): Parameter | null {
  const assignment = syntax.assignment.exec(line);
  if (!assignment) return null;
  const rest = line.slice(assignment[0].length);
  const literal = readLiteral(rest, syntax);
  if (!literal) return null;
  const after = rest.slice(literal.length).trim().replace(/^;/, "").trim();
  const beside = syntax.comment.exec(after);
  // More than a comment behind the literal: an expression, which is nobody's to rewrite.
  if (after !== "" && !beside) return null;
  const from = start + assignment[0].length;
  return {
    name: assignment[1] ?? "",
    value: literal.value,
    comment: beside ? after.slice(beside[0].length).trim() : above.join(" "),
    from,
    to: from + literal.length,
  };
}

function readLiteral(
  text: string,
  syntax: Syntax,
): { value: ParameterValue; length: number } | null {
  const [yes, no] = syntax.booleans;
  const word = /^[A-Za-z]+/.exec(text)?.[0];
  if (word === yes || word === no) {
    return {
      value: { kind: "switch", value: word === yes, words: syntax.booleans },
      length: word.length,
    };
  }
  const quote = text[0];
  if ((quote === '"' || quote === "'") && syntax.quotes.includes(quote)) {
    const end = text.indexOf(quote, 1);
    const value = end === -1 ? "" : text.slice(1, end);
    // An escape or a substitution means more than it says.
    if (end === -1 || /[\\$]/.test(value)) return null;
    return { value: { kind: "text", value, quote }, length: end + 1 };
  }
  const digits = number.exec(text)?.[0];
  if (!digits || /^[\w.]/.test(text.slice(digits.length))) return null;
  const value = Number(digits);
  if (!Number.isFinite(value)) return null;
  return {
    value: { kind: "number", value, isInteger: /^[+-]?\d+$/.test(digits), text: digits },
    length: digits.length,
  };
}

/**
 * The cell's text with another value of one parameter; everything else of it stays as it is. Null where the value
 * cannot be written in the cell's language as plainly as it was.
 */
export function writeParameter(
  source: string,
  parameter: Parameter,
  value: number | string | boolean,
): string | null {
  const text = literalOf(parameter.value, value);
  return text === null ? null : source.slice(0, parameter.from) + text + source.slice(parameter.to);
}

function literalOf(before: ParameterValue, value: number | string | boolean): string | null {
  switch (before.kind) {
    case "switch":
      return typeof value === "boolean" ? before.words[value ? 0 : 1] : null;
    case "text":
      if (typeof value !== "string" || /[\\$\n\r]/.test(value) || value.includes(before.quote)) {
        return null;
      }
      return before.quote + value + before.quote;
    case "number": {
      if (typeof value !== "number" || !Number.isFinite(value)) return null;
      const text = String(value);
      // What was a number with a point stays one: "5" may mean another type than "5.0".
      return !before.isInteger && Number.isInteger(value) && /^-?\d+$/.test(text)
        ? `${text}.0`
        : text;
    }
  }
}

/** One step of a number's field: the size of the last digit as the author wrote it. */
export function stepOf({ text }: { text: string }): number {
  const [mantissa = "", exponent = "0"] = text.toLowerCase().split("e");
  const decimals = (mantissa.split(".")[1] ?? "").replace(/^0$/, "").length;
  return Number(`1e${Number(exponent) - decimals}`);
}

/** A name as a person reads it: SMOOTHING_YEARS → "Smoothing years", seedBlur → "Seed blur". */
export function readableName(own: string): string {
  const words = own
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .replace(/[._]+/g, " ")
    .trim()
    .toLowerCase();
  return words === "" ? own : words.charAt(0).toUpperCase() + words.slice(1);
}
