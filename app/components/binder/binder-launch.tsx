"use client";
import { useEffect, useState } from "react";
import { Button } from "react-aria-components";
import type { SessionView } from "#lib/sessions/index.ts";
import { send } from "../api.ts";
import { BuildLog } from "../launch/build-log.tsx";
import { PhaseList } from "../launch/phase-list.tsx";
import { formatRoughly } from "../ui/format.ts";
import { Icon } from "../ui/icons.tsx";
import { Notice } from "../ui/notice.tsx";
import { useStateIcon } from "./state-icon.ts";
import { sessionAddress } from "./target.ts";
import { useLaunch } from "./use-launch.ts";

interface Props {
  /** Of the Binder API, with this page's token. */
  url: string;
  /** Below the session's server; null for the session's own page. */
  path: string | null;
  /** Seconds that a build usually takes here; null where none was measured. */
  usualBuild: number | null;
}

/** A launch by a Binder link, from the click to the notebook. */
export function BinderLaunch({ url, path, usualBuild }: Props) {
  const { state, stop } = useLaunch(url);
  const { phase, outcome, message, ready, failure } = state;
  const seconds = useSeconds(outcome === "under way");
  const [target, setTarget] = useState<string>();
  useStateIcon(outcome);

  useEffect(() => {
    if (!ready?.session_id) return;
    let isGone = false;
    void addressOf(ready.session_id, path).then((address) => {
      if (isGone) return;
      setTarget(address);
      location.replace(address);
    });
    return () => {
      isGone = true;
    };
  }, [ready, path]);

  const isBuilding = phase === "Building" && outcome === "under way";
  const usual =
    isBuilding && usualBuild !== null
      ? `Usually ${formatRoughly(usualBuild)}, and only the first time`
      : null;
  return (
    <>
      <PhaseList current={phase} outcome={outcome} seconds={seconds} isBuilt={!state.wasBuilt} />
      <p className="mt-4 min-h-6 break-words text-quiet">
        {outcome !== "failed" &&
          [message.replace(/\.+$/, ""), ...(usual ? [usual] : [])].join(". ")}
      </p>
      <p className="sr-only" aria-live="polite">
        {outcome === "under way" ? phase : outcome === "done" ? "Ready" : ""}
      </p>
      {failure && (
        <Notice tone="bad" title={failure.message} announce>
          {failure.hint && <p>{failure.hint}</p>}
        </Notice>
      )}
      <div className="mt-5 flex flex-wrap gap-3">
        {target && (
          <a href={target} className="button button-primary">
            <Icon name="play" />
            Open
          </a>
        )}
        {outcome === "under way" && (
          <Button className="button" onPress={stop}>
            <Icon name="cross" />
            Cancel
          </Button>
        )}
        {(outcome === "failed" || outcome === "stopped") && (
          <Button className="button button-primary" onPress={() => location.reload()}>
            <Icon name="turning" />
            Launch again
          </Button>
        )}
      </div>
      {state.buildId && (
        <BuildLog
          text={state.log}
          rawUrl={`/api/builds/${state.buildId}/log`}
          open={outcome === "failed"}
        />
      )}
    </>
  );
}

/** Where a ready session is to be opened, in an origin of its own where there is one. */
async function addressOf(id: string, path: string | null): Promise<string> {
  const page = `/session/${id}`;
  if (path === null) return page;
  const session = await send<SessionView>("GET", `/api/sessions/${id}`);
  const base = session.browserUrl ?? session.url;
  if (!base || !session.token) return page;
  return sessionAddress(base, path, session.token) ?? page;
}

function useSeconds(isRunning: boolean): number {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (!isRunning) return;
    const began = Date.now();
    const timer = setInterval(() => setSeconds((Date.now() - began) / 1000), 1_000);
    return () => clearInterval(timer);
  }, [isRunning]);
  return seconds;
}
