import { problem } from "#app/api/problem.ts";
import { imageTypes, present } from "#app/components/notebook/render/bundle.ts";
import { frameDocument, framePolicy } from "#app/components/notebook/render/frame.ts";
import { preludesBefore } from "#app/components/notebook/render/prelude.ts";
import { notFound } from "#lib/errors.ts";
import { findOutput } from "../../../find-output.ts";

interface Context {
  params: Promise<{ versionId: string; cell: string; output: string }>;
}

/** One output of a notebook as a picture or a framed document. Both are sandboxed however they are opened. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  try {
    const at = await params;
    const { data, cells, caching } = await findOutput(request, at);
    const shown = present(data);
    const headers = { "cache-control": caching, "x-content-type-options": "nosniff" };
    if (shown?.kind === "frame") {
      const preludes = preludesBefore(cells, Number(at.cell), Number(at.output));
      return new Response(frameDocument(shown.type, shown.text, preludes), {
        headers: {
          ...headers,
          "content-type": "text/html; charset=utf-8",
          "content-security-policy": framePolicy,
          "referrer-policy": "no-referrer",
        },
      });
    }
    const asked = new URL(request.url).searchParams.get("type");
    const type = imageTypes.find((name) => name === asked);
    const picture = type && data[type];
    if (!type || typeof picture !== "string") throw notFound("output");
    const bytes = type === "image/svg+xml" ? Buffer.from(picture) : Buffer.from(picture, "base64");
    return new Response(new Uint8Array(bytes), {
      headers: {
        ...headers,
        "content-type": type,
        "content-security-policy":
          "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
      },
    });
  } catch (error) {
    return problem(error, request);
  }
}
