const key = (id: string) => `colophon.launch.${id}`;

/** Notes in this tab that a session was just asked for: its page then goes on to the notebook by itself. */
export function rememberLaunch(id: string): void {
  sessionStorage.setItem(key(id), "1");
}

/** Whether this tab just asked for the session. Only once: coming back with the Back button must not bounce. */
export function takeLaunch(id: string): boolean {
  const isFresh = sessionStorage.getItem(key(id)) !== null;
  sessionStorage.removeItem(key(id));
  return isFresh;
}
