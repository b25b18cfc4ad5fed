/** Where a Binder link wants to lead: a path below the session's server, its query included. */
export interface Wanted {
  urlpath?: string | undefined;
  labpath?: string | undefined;
  filepath?: string | undefined;
}

/**
 * The path below a session's server that a link's query means; null for none: the session's own page. Our servers have
 * JupyterLab, not the classic interface, so `tree/…` and `notebooks/…` open the same file there; and what elsewhere are
 * extensions of the server, Voilà and VS Code, are applications of the session.
 */
export function wantedPath({ urlpath, labpath, filepath }: Wanted): string | null {
  if (urlpath) {
    const path = urlpath.replace(/^\/+/, "");
    if (/^voila(?:[/?]|$)/.test(path)) return `colophon/apps/voila/${path}`;
    if (/^vscode(?:[/?]|$)/.test(path))
      return `colophon/apps/${path.replace(/^vscode\/?/, "vscode/")}`;
    return path.replace(/^(?:tree|notebooks|edit)(?:\/(?=[^/])|\/?$)/, "lab/tree/");
  }
  if (labpath) return `doc/tree/${encodePath(labpath)}`;
  if (filepath) return `lab/tree/${encodePath(filepath)}`;
  return null;
}

function encodePath(path: string): string {
  return path
    .split("/")
    .filter(Boolean)
    .map((part) => encodeURIComponent(part))
    .join("/");
}

/**
 * The address of a path below a session's server, with its token. Null for a path that leads out of the session: a link
 * must not send anybody's token elsewhere.
 */
export function sessionAddress(base: string, path: string, token: string): string | null {
  const root = base.replace(/\/*$/, "/");
  const address = URL.parse(path, root);
  if (!address || /[\\\p{Cc}]/u.test(path) || !address.href.startsWith(root)) return null;
  address.searchParams.set("token", token);
  return address.href;
}
