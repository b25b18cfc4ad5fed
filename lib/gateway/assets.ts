import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

/**
 * What the portal's readers load of JupyterLab: about 90 files and 5 MB, most of them with a hash in the address.
 * They are kept by the browser for a year and sent compressed. Each session is an origin of its own, for which
 * browsers keep a cache of its own, whatever address files are loaded from (measured: Chromium partitions by the
 * page's site and the frame's); a shared address for files of one image would save nothing there, and would have
 * to be filled by a session's server, which its own user's code could stand in for.
 */
const assetPath =
  /^\/s\/[^/]+\/(?:static\/|lab\/extensions\/[^?]*\/static\/|lab\/api\/themes\/|voila\/static\/)/;
const hashInName = /[.-][0-9a-f]{16,64}\.(?:m?js|css|woff2?|ttf|svg|png|wasm)$/i;
const compressible =
  /^(?:text\/(?:css|javascript|html|plain)|application\/(?:javascript|json|wasm)|image\/svg\+xml|font\/(?:ttf|otf))\b/i;

/** Whether a path is that of a file that is the same for every user of an image. */
export function isAsset(path: string): boolean {
  return assetPath.test(path);
}

/** How long browsers may keep an asset; undefined leaves it at what its server says. */
export function cacheControl(url: string): string | undefined {
  const [path = "", query = ""] = url.split("?");
  if (!isAsset(path)) return undefined;
  const hasHash = hashInName.test(path) || /^v=[0-9a-f]{16,128}$/i.test(query);
  // Private: one needs the session's cookie to get it.
  return hasHash ? "private, max-age=31536000, immutable" : "private, no-cache";
}

const most = { body: 16 * 1024 ** 2, all: 64 * 1024 ** 2 };
const least = 1024;

/** The encoding to send an asset in; undefined where it goes as it is. */
export function encodingFor(
  accepted: string | string[] | undefined,
  status: number,
  headers: IncomingHttpHeaders,
): "br" | "gzip" | undefined {
  const length = Number(headers["content-length"]);
  if (status !== 200 || headers["content-encoding"] !== undefined) return undefined;
  if (!(length >= least && length <= most.body)) return undefined;
  if (!compressible.test(headers["content-type"] ?? "")) return undefined;
  const offered = String(accepted ?? "")
    .split(",")
    .map((each) => each.trim().toLowerCase())
    .filter((each) => !/;\s*q=0(?:\.0*)?$/.test(each))
    .map((each) => each.split(";")[0]);
  return offered.includes("br") ? "br" : offered.includes("gzip") ? "gzip" : undefined;
}

const compressors = {
  br: (body: Buffer) =>
    promisify(brotliCompress)(body, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: 5,
        [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
      },
    }),
  gzip: (body: Buffer) => promisify(gzip)(body, { level: 6 }),
};

/**
 * Assets in compressed form, found by what they contain: no session can put its own in the place of another's.
 * The least recently used go when it is full.
 */
export class Compressed {
  readonly #kept = new Map<string, Promise<Buffer>>();
  #bytes = 0;

  /** The body in that encoding; many who ask at once share the work. */
  async of(body: Buffer, encoding: "br" | "gzip"): Promise<Buffer> {
    const key = `${encoding} ${createHash("sha256").update(body).digest("base64")}`;
    const known = this.#kept.get(key);
    if (known) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return await known;
    }
    const work = compressors[encoding](body);
    this.#kept.set(key, work);
    try {
      this.#bytes += (await work).length;
    } catch (error) {
      this.#kept.delete(key);
      throw error;
    }
    await this.#shrink();
    return await work;
  }

  async #shrink(): Promise<void> {
    for (const [key, work] of this.#kept) {
      if (this.#bytes <= most.all) return;
      this.#kept.delete(key);
      this.#bytes -= (await work).length;
    }
  }
}
