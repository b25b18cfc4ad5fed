import { problem } from "#app/api/problem.ts";
import { imageTypes, present } from "#app/components/notebook/render/bundle.ts";
import { frameDocument, framePolicy } from "#app/components/notebook/render/frame.ts";
import { preludesBefore } from "#app/components/notebook/render/prelude.ts";
import { viewerOf } from "#lib/accounts/index.ts";
import { notFound } from "#lib/errors.ts";
import { readVersionNotebook } from "../../../../reading.ts";

interface Context {
  params: Promise<{ versionId: string; cell: string; output: string }>;
}

/** One output of a notebook as a picture or a framed document. Both are sandboxed however they are opened. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  try {
    const { versionId, cell, output } = await params;
    const query = new URL(request.url).searchParams;
    const viewer = await viewerOf(request.headers);
    const { reading } = await readVersionNotebook(versionId, query.get("path") ?? "", viewer);
    if (!reading?.ok) throw notFound("output");
    const found = reading.notebook.cells[Number(cell)];
    const item = found?.cell_type === "code" ? found.outputs[Number(output)] : undefined;
    if (item?.output_type !== "display_data" && item?.output_type !== "execute_result") {
      throw notFound("output");
    }
    const shown = present(item.data);
    const caching = query.has("sha") ? "private, max-age=31536000, immutable" : "private, no-cache";
    const headers = { "cache-control": caching, "x-content-type-options": "nosniff" };
    if (shown?.kind === "frame") {
      const preludes = preludesBefore(reading.notebook.cells, Number(cell), Number(output));
      return new Response(frameDocument(shown.type, shown.text, preludes), {
        headers: {
          ...headers,
          "content-type": "text/html; charset=utf-8",
          "content-security-policy": framePolicy,
          "referrer-policy": "no-referrer",
        },
      });
    }
    const type = imageTypes.find((name) => name === query.get("type"));
    const data = type && item.data[type];
    if (!type || typeof data !== "string") throw notFound("output");
    const bytes = type === "image/svg+xml" ? Buffer.from(data) : Buffer.from(data, "base64");
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
