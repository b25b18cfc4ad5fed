import { badgeAnswer, drawBadge } from "../badge/draw.ts";

/** The badge that READMEs show beside a link to `/v2/…`, by the name that it has with BinderHub. */
export function GET(): Response {
  return badgeAnswer(drawBadge("launch"));
}
