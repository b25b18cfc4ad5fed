import type { SessionView } from "#lib/sessions/index.ts";

/** Where a ready session's JupyterLab opens the notebook; null while there is none, or for who may not enter. */
export function notebookUrl(
  session: Pick<SessionView, "state" | "url" | "token" | "path"> & { browserUrl?: string },
): string | null {
  const base = session.browserUrl ?? session.url;
  if (session.state !== "ready" || !base || !session.token) return null;
  const [root = ""] = base.split("?");
  const path = session.path
    ? `/tree/${session.path.split("/").map(encodeURIComponent).join("/")}`
    : "";
  return `${root.replace(/\/*$/, "/")}lab${path}?token=${encodeURIComponent(session.token)}`;
}
