import { problem } from "#app/api/problem.ts";
import { viewerOf } from "#lib/accounts/index.ts";
import { findByDoi } from "#lib/archive/index.ts";
import { notFound } from "#lib/errors.ts";
import { parseDoi } from "#lib/identifiers/index.ts";

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
    return new Response(badge(isRunnable ? "run this paper" : "withdrawn", isRunnable), {
      headers: {
        "content-type": "image/svg+xml",
        "cache-control": "public, max-age=3600",
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
        "cross-origin-resource-policy": "cross-origin",
        "x-content-type-options": "nosniff",
      },
    });
  } catch (error) {
    return problem(error, request);
  }
}

function badge(word: string, isRunnable: boolean): string {
  const left = 92;
  const width = left + 22 + word.length * 6.3;
  const fill = isRunnable ? "#a32a14" : "#555a63";
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20" role="img" aria-label="Colophon: ${word}">
<title>Colophon: ${word}</title>
<rect width="${width}" height="20" rx="3" fill="#1b1e23"/>
<path d="M${left} 0h${width - left - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H${left}z" fill="${fill}"/>
<g fill="#fff" font-family="Georgia,serif" font-size="12"><text x="8" y="14.5" font-weight="bold">¶ Colophon</text>
<text x="${left + 11}" y="14" font-family="Verdana,sans-serif" font-size="11" textLength="${word.length * 6.3}">${word}</text></g>
</svg>
`;
}
