import { viewerOf } from "#lib/accounts/index.ts";
import { notFound } from "#lib/errors.ts";
import type { Cell } from "#lib/notebooks/index.ts";
import { readVersionNotebook } from "../reading.ts";

interface Found {
  /** Media type → text, base64 or JSON. */
  data: Record<string, unknown>;
  /** All cells of its notebook. */
  cells: Cell[];
  /** How long the answer may be kept: for ever where the address names the notebook's content. */
  caching: string;
}

/** The output that an address names: its notebook's path is in the query. Throws ColophonError `not_found`. */
export async function findOutput(
  request: Request,
  { versionId, cell, output }: { versionId: string; cell: string; output: string },
): Promise<Found> {
  const query = new URL(request.url).searchParams;
  const viewer = await viewerOf(request.headers);
  const { reading } = await readVersionNotebook(versionId, query.get("path") ?? "", viewer);
  if (!reading?.ok) throw notFound("output");
  const { cells } = reading.notebook;
  const found = cells[Number(cell)];
  const item = found?.cell_type === "code" ? found.outputs[Number(output)] : undefined;
  if (item?.output_type !== "display_data" && item?.output_type !== "execute_result") {
    throw notFound("output");
  }
  const caching = query.has("sha") ? "private, max-age=31536000, immutable" : "private, no-cache";
  return { data: item.data, cells, caching };
}
