import type { Output } from "#lib/notebooks/index.ts";

/** What is compared between a cell's published outputs and the reader's: its text, its pictures. */
interface Digest {
  text: string;
  pictures: string;
}

/** Places in memory and times of day differ in every run and mean nothing. */
function settle(text: string): string {
  return text
    .replace(/\b0x[0-9a-f]{6,16}\b/gi, "0x…")
    .replace(/[ \t]+$/gm, "")
    .trimEnd();
}

/** A short name for a long text: 53 bits, for comparing, not for security (cyrb53, public domain). */
function hash(text: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36);
}

function parts(outputs: readonly Output[]): Digest {
  const text: string[] = [];
  const pictures: string[] = [];
  for (const output of outputs) {
    switch (output.output_type) {
      case "stream":
        text.push(output.text);
        break;
      case "error":
        text.push(`${output.ename}: ${output.evalue}`);
        break;
      default:
        for (const [type, value] of Object.entries(output.data)) {
          const content = typeof value === "string" ? value : JSON.stringify(value);
          if (type.startsWith("image/")) pictures.push(content.replace(/\s+/g, ""));
          else if (type === "text/plain") text.push(content);
        }
    }
  }
  return { text: settle(text.join("")), pictures: pictures.join("\n") };
}

/** A cell's outputs in a few characters: `text.pictures`, each empty where there are none. */
export function digestOutputs(outputs: readonly Output[]): string {
  const { text, pictures } = parts(outputs);
  return [text, pictures].map((part) => (part === "" ? "" : hash(part))).join(".");
}

/** The digest of a cell that shows nothing. */
export const nothing = digestOutputs([]);

/** How the reader's outputs compare with the published ones, in words for a person. */
export function compareDigests(published: string, own: string): { same: boolean; words: string } {
  if (published === own) return { same: true, words: "same as published" };
  const [publishedText, publishedPictures] = published.split(".");
  const [ownText, ownPictures] = own.split(".");
  if (publishedText === ownText && publishedPictures !== ownPictures) {
    return publishedText === ""
      ? { same: false, words: "figure differs" }
      : { same: false, words: "text equal, figure differs" };
  }
  if (publishedPictures === ownPictures && publishedPictures !== "") {
    return { same: false, words: "figure equal, text differs" };
  }
  return { same: false, words: "differs from published" };
}
