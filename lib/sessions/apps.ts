import { ColophonError } from "#lib/errors.ts";
import type { SessionView } from "./types.ts";

// The same names as in builder/assets/running_app.py, which starts them.
const apps = {
  voila: { title: "Voilà dashboard" },
  app: { title: "Application" },
  vscode: { title: "VS Code" },
} as const;

export type AppName = keyof typeof apps;

function isApp(name: string): name is AppName {
  return Object.hasOwn(apps, name);
}

/** Refuses the name of an application that no session has: `unknown_app` (400). */
export function checkApp(name: string | undefined): void {
  if (name === undefined || isApp(name)) return;
  const known = Object.keys(apps).join(", ");
  throw new ColophonError("unknown_app", 400, "There is no application of that name.", {
    hint: `Give one of these: ${known}.`,
  });
}

/** Where an application is below a session's address. `path`: the file of the publication that it is to show, if it can. */
export function appPath(app: AppName, path: string | null): string {
  const root = `colophon/apps/${app}/`;
  if (app !== "voila" || path === null) return root;
  return `${root}voila/render/${path.split("/").map(encodeURIComponent).join("/")}`;
}

/** What a session's view says of its application; null for the notebook, and for one that is known no more. */
export function applicationView(
  app: string | null,
  path: string | null,
): SessionView["application"] {
  if (app === null || !isApp(app)) return null;
  return { title: apps[app].title, path: appPath(app, path) };
}
