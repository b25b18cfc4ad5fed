import { problem } from "#app/api/problem.ts";
import { viewerOf } from "#lib/accounts/index.ts";
import { notFound } from "#lib/errors.ts";
import { savedWidgets } from "#lib/notebooks/index.ts";
import { readVersionNotebook } from "../../../reading.ts";

interface Context {
  params: Promise<{ versionId: string }>;
}

/** The controls that a notebook was saved with, by their ids: for the frames of its page, which show them. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  try {
    const { versionId } = await params;
    const query = new URL(request.url).searchParams;
    const viewer = await viewerOf(request.headers);
    const { reading } = await readVersionNotebook(versionId, query.get("path") ?? "", viewer);
    if (!reading?.ok) throw notFound("notebook");
    const caching = query.has("sha") ? "private, max-age=31536000, immutable" : "private, no-cache";
    return Response.json(Object.fromEntries(savedWidgets(reading.notebook)), {
      headers: { "cache-control": caching, "x-content-type-options": "nosniff" },
    });
  } catch (error) {
    return problem(error, request);
  }
}
