import { config } from "#lib/config.ts";
import { collectBlobs } from "./blobs.ts";
import { sweepStaging } from "./staging.ts";
import { sweepTrees } from "./trees.ts";

/**
 * Tidies up behind crashes and deletions: half-written files of dead processes, trees that nobody needs, blobs that
 * nothing refers to. Repeatable, safe beside everything else; for the worker's start and its reaper.
 */
export async function sweepArchive(): Promise<{ staged: number; trees: number; blobs: number }> {
  const staged = await sweepStaging();
  const trees = await sweepTrees(config().session.maxSeconds);
  const { blobs } = await collectBlobs();
  return { staged, trees, blobs };
}
