import type { SessionView } from "#lib/sessions/index.ts";
import { ApiError, send } from "../api.ts";
import type { LiveRequest } from "./state.ts";

/** Asks for a session of the paper. Throws ApiError as the portal refuses it. */
export function askForSession({ subject, path }: LiveRequest): Promise<SessionView> {
  return send<SessionView>("POST", "/api/sessions", { ...subject, path });
}

/** Whether nothing more will happen in this session. */
export function isOver({ state }: Pick<SessionView, "state">): boolean {
  return state === "ended" || state === "failed";
}

/**
 * Follows a session for as long as it lives, telling each change; also over a lost connection, which the browser makes
 * anew by itself. Ends with the session or with `signal`.
 */
export function followSession(
  session: SessionView,
  onChange: (session: SessionView) => void,
  signal: AbortSignal,
): void {
  let source: EventSource | undefined;
  const open = () => {
    source = new EventSource(session.eventsUrl);
    source.onmessage = (event: MessageEvent<string>) => {
      const changed = JSON.parse(event.data) as SessionView;
      onChange(changed);
      if (isOver(changed)) source?.close();
    };
    source.onerror = () => {
      // Closed for good by the browser: the portal answered something else, for example while it starts anew.
      if (source?.readyState === EventSource.CLOSED && !signal.aborted)
        setTimeout(lookAgain, 3_000);
    };
  };
  const lookAgain = () => {
    if (signal.aborted) return;
    send<SessionView>("GET", `/api/sessions/${session.id}`, undefined, signal).then(
      (now) => {
        onChange(now);
        if (!isOver(now)) open();
      },
      (error: unknown) => {
        if (signal.aborted) return;
        if (error instanceof ApiError && error.status === 404) {
          onChange({ ...session, state: "ended", message: "It is not known any more" });
        } else setTimeout(lookAgain, 3_000);
      },
    );
  };
  signal.addEventListener("abort", () => source?.close());
  open();
}
