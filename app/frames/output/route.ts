import { problem } from "#app/api/problem.ts";
import { frameShell, livePolicy } from "#app/components/notebook/render/frame.ts";
import { frameScript } from "../scripts.ts";

/** The empty document in which a live page shows outputs that bring scripts, and controls. It is sandboxed however it is opened. */
export async function GET(request: Request): Promise<Response> {
  try {
    const { text } = await frameScript("main");
    return new Response(frameShell(text), {
      headers: {
        "content-type": "text/html; charset=utf-8",
        "cache-control": "private, no-cache",
        "content-security-policy": livePolicy,
        "referrer-policy": "no-referrer",
      },
    });
  } catch (error) {
    return problem(error, request);
  }
}
