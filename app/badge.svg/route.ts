import { badgeAnswer, drawBadge } from "../badge/draw.ts";

/** The same under its older name. */
export function GET(): Response {
  return badgeAnswer(drawBadge("launch"));
}
