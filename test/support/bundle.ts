import { Readable } from "node:stream";
import { pack } from "tar-stream";

/** A notebook with one code cell. */
export function notebook(source: string): string {
  return JSON.stringify({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: { kernelspec: { name: "python3", display_name: "Python 3" } },
    cells: [
      { cell_type: "markdown", id: "title", metadata: {}, source: "# Bench" },
      { cell_type: "code", id: "code", metadata: {}, source, outputs: [], execution_count: null },
    ],
  });
}

/** A tar of small files. */
export async function tarOf(files: Record<string, string>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name }, content);
  archive.finalize();
  return Buffer.concat(await Readable.from(archive).toArray());
}

/** A tar of one notebook and one large file, streamed: its bytes are read once from `source`. */
export function tarOfLarge(
  source: Readable,
  bytes: number,
  notebookSource: string,
): ReadableStream<Uint8Array> {
  const archive = pack();
  archive.entry({ name: "bench.ipynb" }, notebook(notebookSource), () => {
    source.pipe(archive.entry({ name: "data/large.bin", size: bytes }, () => archive.finalize()));
  });
  return Readable.toWeb(Readable.from(archive)) as ReadableStream<Uint8Array>;
}
