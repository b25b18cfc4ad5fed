import { z } from "zod";
import { db } from "#lib/db/index.ts";
import { ColophonError } from "#lib/errors.ts";
import { changes } from "#lib/events/index.ts";
import type { BinderEvent, Resolved } from "./types.ts";

const Problem = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().nullable().default(null),
});

/** Waits until a draft's files are there, telling so where that takes a fetch. Throws why they could not be had. */
export async function* fetchFiles(
  versionId: string,
  { repoUrl, resolved }: Resolved,
  signal: AbortSignal,
): AsyncGenerator<BinderEvent> {
  let isTold = false;
  for await (const _ of changes(`version:${versionId}`, signal)) {
    const version = await db().version.findUnique({
      where: { id: versionId },
      select: { ingestState: true, ingestError: true },
    });
    if (version?.ingestState === "ready") return;
    if (!version || version.ingestState === "failed") throw failure(version?.ingestError);
    if (!isTold) yield { phase: "fetching", message: `Fetching ${repoUrl} at ${resolved}\n` };
    isTold = true;
  }
}

function failure(stored: unknown): ColophonError {
  const problem = Problem.safeParse(stored);
  if (!problem.success) {
    return new ColophonError("ingest_failed", 502, "The files could not be fetched.", {
      hint: "Try again later.",
    });
  }
  const { code, message, hint } = problem.data;
  return new ColophonError(code, 422, message, hint === null ? {} : { hint });
}
