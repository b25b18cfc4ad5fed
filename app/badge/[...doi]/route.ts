import { problem } from "#app/api/problem.ts";
import { viewerOf } from "#lib/accounts/index.ts";
import { findByDoi } from "#lib/archive/index.ts";
import { notFound } from "#lib/errors.ts";
import { parseDoi } from "#lib/identifiers/index.ts";
import { badgeAnswer, drawBadge } from "../draw.ts";

/** The badge of a paper: `/badge/10.5072/abcd-efgh.svg`. It says that the paper runs, or that it was withdrawn. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ doi: string[] }> },
): Promise<Response> {
  try {
    const doi = parseDoi((await params).doi.join("/").replace(/\.svg$/, ""));
    if (!doi) throw notFound("DOI");
    const { version } = await findByDoi(doi, await viewerOf(request.headers));
    const isRunnable = version.state === "published";
    return badgeAnswer(drawBadge(isRunnable ? "run this paper" : "withdrawn", isRunnable));
  } catch (error) {
    return problem(error, request);
  }
}
