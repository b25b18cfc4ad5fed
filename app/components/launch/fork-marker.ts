/** What is to be forked: a published version, or what was done in a session. */
export type ForkRequest = { doi: string } | { session: string };

const key = "colophon.fork";

/** The page that completes a fork after signing in. */
export function forkAddress(request: ForkRequest): string {
  return `/fork?${new URLSearchParams(request)}`;
}

/**
 * Notes in this tab that the person pressed Fork. Only then does the page of `forkAddress` go on by itself: a link
 * from elsewhere must not fork in somebody's name.
 */
export function rememberFork(request: ForkRequest): void {
  sessionStorage.setItem(key, forkAddress(request));
}

/** Whether this very fork was asked for in this tab. Only once. */
export function takeFork(request: ForkRequest): boolean {
  const isAsked = sessionStorage.getItem(key) === forkAddress(request);
  if (isAsked) sessionStorage.removeItem(key);
  return isAsked;
}
