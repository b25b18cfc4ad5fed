import type { SessionView } from "#lib/sessions/index.ts";

type Opened = Pick<SessionView, "state" | "url" | "token" | "path"> &
  Partial<Pick<SessionView, "browserUrl" | "application">>;

/**
 * Where a ready session shows the notebook in JupyterLab, or the application that it was started for; null while there
 * is none, or for who may not enter.
 */
export function notebookUrl(session: Opened): string | null {
  const base = session.browserUrl ?? session.url;
  if (session.state !== "ready" || !base || !session.token) return null;
  const [root = ""] = base.split("?");
  const file = session.path
    ? `/tree/${session.path.split("/").map(encodeURIComponent).join("/")}`
    : "";
  const path = session.application?.path ?? `lab${file}`;
  return `${root.replace(/\/*$/, "/")}${path}?token=${encodeURIComponent(session.token)}`;
}
