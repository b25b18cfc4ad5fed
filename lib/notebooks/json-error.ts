/** Everything that may stand alone, at its place. Strings are only begun here: they can be huge. */
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const space = /[ \t\n\r]*/y;

/**
 * The offset of the first character that keeps a text from being JSON; its length when it ends too early or is fine. The engine's own
 * message tells a position for some mistakes only.
 */
export function findJsonError(text: string): number {
  const open: ("[" | "{")[] = [];
  // What may come next: a value, a key, the colon after it, or what follows a value.
  let expected: "value" | "value-or-end" | "key" | "key-or-end" | "colon" | "after" = "value";
  let at = skip(space, text, 0);
  while (at < text.length) {
    const character = text[at];
    const isEnd = character === (open.at(-1) === "{" ? "}" : "]") && open.length > 0;
    if (isEnd && ["value-or-end", "key-or-end", "after"].includes(expected)) {
      open.pop();
      expected = "after";
      at += 1;
    } else if (expected === "after") {
      if (character !== "," || open.length === 0) return at;
      expected = open.at(-1) === "{" ? "key" : "value";
      at += 1;
    } else if (expected === "colon") {
      if (character !== ":") return at;
      expected = "value";
      at += 1;
    } else if (character === '"') {
      const end = endOfString(text, at);
      if (end.wrong) return end.at;
      expected = expected.startsWith("key") ? "colon" : "after";
      at = end.at;
    } else if (expected.startsWith("key")) {
      return at;
    } else if (character === "[" || character === "{") {
      open.push(character);
      expected = character === "{" ? "key-or-end" : "value-or-end";
      at += 1;
    } else {
      const end = skip(scalar, text, at);
      if (end === at) return at;
      expected = "after";
      at = end;
    }
    at = skip(space, text, at);
  }
  return text.length;
}

function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/** Walks a string by hand: a regular expression with an alternative in a loop would exhaust its stack on megabytes of base64. */
function endOfString(text: string, quote: number): { at: number; wrong: boolean } {
  for (let at = quote + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return { at: at + 1, wrong: false };
    if (code < 0x20) return { at, wrong: true };
    if (code !== 0x5c) continue;
    const escaped = /^(?:["\\/bfnrt]|u[\da-fA-F]{4})/.exec(text.slice(at + 1, at + 6));
    if (!escaped) return { at: Math.min(at + 1, text.length), wrong: true };
    at += escaped[0].length;
  }
  return { at: text.length, wrong: true };
}
