import { problem } from "#app/api/problem.ts";
import { frameScript } from "../scripts.ts";

/** The script that shows controls. The page fetches it and hands it to its frames, which have no network. */
export async function GET(request: Request): Promise<Response> {
  try {
    const { text, sha256 } = await frameScript("widgets");
    const headers = {
      etag: `"${sha256}"`,
      "cache-control": "public, no-cache",
      "x-content-type-options": "nosniff",
    };
    if (request.headers.get("if-none-match")?.includes(sha256)) {
      return new Response(null, { status: 304, headers });
    }
    return new Response(text, {
      headers: { ...headers, "content-type": "text/javascript; charset=utf-8" },
    });
  } catch (error) {
    return problem(error, request);
  }
}
