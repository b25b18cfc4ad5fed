import { figureMediaType, openBlob } from "#lib/archive/index.ts";
import { isEnoent } from "#lib/errors.ts";
import { imageSize } from "#lib/notebooks/index.ts";

/** By hash: a blob never changes. */
const known = new Map<string, number | null>();

/** Width by height of a card's figure, from the file's first bytes; null where they do not tell. */
export async function figureRatio(sha256: string): Promise<number | null> {
  const found = known.get(sha256);
  if (found !== undefined) return found;
  const size = imageSize({ mediaType: figureMediaType, bytes: await head(sha256) });
  const ratio = size ? size.width / size.height : null;
  if (known.size > 10_000) known.clear();
  known.set(sha256, ratio);
  return ratio;
}

async function head(sha256: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  try {
    for await (const chunk of openBlob(sha256, { start: 0, end: 63 })) {
      parts.push(Buffer.from(chunk));
    }
  } catch (error) {
    // A lost blob costs its picture, not the page.
    if (!isEnoent(error)) throw error;
  }
  return Buffer.concat(parts);
}
