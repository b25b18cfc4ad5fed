import { problem } from "#app/api/problem.ts";
import { notFound } from "#lib/errors.ts";

const refuse = (request: Request): Response => problem(notFound("address"), request);

export { refuse as DELETE, refuse as GET, refuse as PATCH, refuse as POST, refuse as PUT };
