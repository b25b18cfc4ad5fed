/** Where to go after signing in: a path of this portal and nothing else, or home. */
export function ownPath(next: unknown): string {
  if (typeof next !== "string" || !next.startsWith("/") || /^\/[/\\]|[\\\s]/.test(next))
    return "/me";
  const base = "https://portal.invalid";
  const url = URL.parse(next, base);
  return url?.origin === base ? url.pathname + url.search + url.hash : "/me";
}
