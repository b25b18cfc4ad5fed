import { problem } from "#app/api/problem.ts";
import { itemOf } from "#app/components/live/outputs/group.ts";
import { present } from "#app/components/notebook/render/bundle.ts";
import { notFound } from "#lib/errors.ts";
import { findOutput } from "../../../../find-output.ts";

interface Context {
  params: Promise<{ versionId: string; cell: string; output: string }>;
}

/** What a frame is told to show of an output, for those that need a library: the page hands both over. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  try {
    const { data, caching } = await findOutput(request, await params);
    const shown = present(data);
    if (shown?.kind !== "chart" && !(shown?.kind === "frame" && shown.library)) {
      throw notFound("output");
    }
    return Response.json(itemOf(shown), {
      headers: { "cache-control": caching, "x-content-type-options": "nosniff" },
    });
  } catch (error) {
    return problem(error, request);
  }
}
