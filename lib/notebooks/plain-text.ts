/**
 * Markdown as plain text, for card texts, citations and metadata formats: marks, links' targets, images and HTML tags are dropped,
 * paragraphs stay apart by an empty line, mathematics stays as TeX. Takes at most `maxLength` characters of the result, cut at a word.
 */
export function plainText(markdown: string, maxLength = Number.POSITIVE_INFINITY): string {
  // What no rule below may touch: mathematics and escaped characters wait in here, their number in private characters in their place.
  const kept: string[] = [];
  // Bounded first: text comes from strangers, and a card needs its beginning only.
  const text = markdown
    .slice(0, 60_000)
    .replace(/[\uE000\uE001]/g, "")
    .replace(/\r\n?/g, "\n")
    .replace(
      /\\([\\`*_{}[\]()#+.!~>$|-])|\$\$[^$]{1,2000}\$\$|\$(?!\s)[^$\n]{1,500}(?<!\s)\$(?!\d)/g,
      (all, escaped?: string) => {
        kept.push(escaped ?? all);
        return `\uE000${kept.length - 1}\uE001`;
      },
    )
    .replace(/<!--[\s\S]{0,2000}?-->/g, "")
    .replace(/^ {0,3}(?:```|~~~)[^\n]*$/gm, "")
    .replace(
      /!\[([^\][]{0,500})\](?:\([^()\s]{0,2000}(?:\s"[^"\n]{0,300}")?\)|\[[^\][]{0,200}\])/g,
      "",
    )
    .replace(
      /\[([^\][]{0,500})\](?:\([^()\s]{0,2000}(?:\s"[^"\n]{0,300}")?\)|\[[^\][]{0,200}\])/g,
      "$1",
    )
    .replace(/<((?:https?:\/\/|mailto:)[^\s<>]{1,2000})>/g, "$1")
    .replace(/<\/?[a-zA-Z][^<>]{0,1000}>/g, "")
    .replace(/^ {0,3}#{1,6}[ \t]+/gm, "")
    .replace(/^ {0,3}>[ \t]?/gm, "")
    .replace(/^ {0,3}(?:=+|-+|\*{3,}|_{3,})[ \t]*$/gm, "")
    .replace(/^[ \t]{0,8}[*+-][ \t]+/gm, "")
    .replace(/(\*\*|__)(?=\S)([^*_\n]{1,1000})(?<=\S)\1/g, "$2")
    .replace(/(?<![\w*])\*(?=\S)([^*\n]{1,1000})(?<=\S)\*(?![\w*])/g, "$1")
    .replace(/(?<![\w_])_(?=\S)([^_\n]{1,1000})(?<=\S)_(?![\w_])/g, "$1")
    .replace(/~~([^~\n]{1,1000})~~/g, "$1")
    .replace(/`{1,2}([^`\n]{1,1000})`{1,2}/g, "$1")
    .replace(/&(amp|lt|gt|quot|nbsp|#39);/g, (_, name: string) => entities[name] ?? "");
  const paragraphs = text
    .split(/\n[ \t]*\n/)
    .map((paragraph) => paragraph.replace(/\s+/g, " ").trim())
    .filter(Boolean)
    .join("\n\n");
  const restored = paragraphs.replace(
    /\uE000(\d+)\uE001/g,
    (_, index: string) => kept[Number(index)] ?? "",
  );
  return shorten(restored, maxLength);
}

const entities: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  nbsp: " ",
  "#39": "'",
};

function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const cut = text.slice(0, maxLength - 1);
  const space = cut.lastIndexOf(" ");
  return `${(space > maxLength / 2 ? cut.slice(0, space) : cut).trimEnd()}…`;
}
