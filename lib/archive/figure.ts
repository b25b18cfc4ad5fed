import { Readable } from "node:stream";
import sharp from "sharp";
import { messageOf } from "#lib/errors.ts";
import { logger } from "#lib/log.ts";
import { firstFigure, type Notebook } from "#lib/notebooks/index.ts";
import { putBlob } from "./blobs.ts";

/** Large enough for a card on a dense screen. */
const width = 1_280;
const height = 960;
const maxPixels = 50_000_000;
const maxBytes = 8 * 1024 * 1024;

/** What every card's figure is, whatever the notebook had. */
export const figureMediaType = "image/webp";

/**
 * The figure of the first notebook that has one, as a blob: drawn anew as WebP, so that nothing a stranger put into
 * an image (scripts in SVG, metadata, a gigantic canvas) reaches a reader. Null when there is none.
 */
export async function storeFigure(notebooks: Notebook[]): Promise<string | null> {
  for (const notebook of notebooks) {
    const figure = firstFigure(notebook);
    if (!figure) continue;
    try {
      const image = await sharp(figure.bytes, { limitInputPixels: maxPixels, density: 144 })
        .resize({ width, height, fit: "inside", withoutEnlargement: true })
        .webp({ quality: 86 })
        .toBuffer();
      return (await putBlob(Readable.from([image]), { maxBytes })).sha256;
    } catch (error) {
      // A broken image is no reason to refuse a paper; the next notebook may have a good one.
      logger("archive").warn({ reason: messageOf(error) }, "a figure could not be read");
    }
  }
  return null;
}
