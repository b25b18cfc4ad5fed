import { scriptResponse } from "../scripts.ts";

/** The script that shows controls. */
export function GET(request: Request): Promise<Response> {
  return scriptResponse(request, "widgets");
}
