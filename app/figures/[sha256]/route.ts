import { streamBody } from "#app/api/file.ts";
import { problem } from "#app/api/problem.ts";
import { viewerOf } from "#lib/accounts/index.ts";
import { openFigure } from "#lib/archive/index.ts";

/** The figure of a card by its hash. A hash names one picture for ever: browsers may keep it. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ sha256: string }> },
): Promise<Response> {
  try {
    const { sha256 } = await params;
    const figure = await openFigure(sha256, await viewerOf(request.headers));
    return new Response(streamBody(figure.stream()), {
      headers: {
        "content-type": figure.mediaType,
        "content-length": String(figure.size),
        etag: `"${sha256}"`,
        "cache-control": "private, max-age=31536000, immutable",
        "content-security-policy": "sandbox; default-src 'none'",
        "x-content-type-options": "nosniff",
      },
    });
  } catch (error) {
    return problem(error, request);
  }
}
