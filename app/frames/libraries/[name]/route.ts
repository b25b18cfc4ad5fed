import { problem } from "#app/api/problem.ts";
import { notFound } from "#lib/errors.ts";
import { libraries } from "../../messages.ts";
import { scriptResponse } from "../../scripts.ts";

interface Context {
  params: Promise<{ name: string }>;
}

/** A chart library. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const { name } = await params;
  const library = libraries.find((each) => each === name);
  if (!library) return problem(notFound("chart library"), request);
  return scriptResponse(request, library);
}
