"use client";
import { useState } from "react";
import type { SessionView } from "#lib/sessions/index.ts";
import { notebookUrl } from "../launch/notebook-url.ts";
import { Icon } from "../ui/icons.tsx";
import { Notice } from "../ui/notice.tsx";
import { Elsewhere } from "./elsewhere.tsx";
import { EndedView } from "./ended-view.tsx";
import { EndingDialog } from "./ending-dialog.tsx";
import { NotebookFrame } from "./notebook-frame.tsx";
import { SessionBar } from "./session-bar.tsx";
import { StopDialog } from "./stop-dialog.tsx";
import { sayLeft } from "./time-left.ts";
import { type Lab, useLab } from "./use-lab.ts";
import { useNow } from "./use-now.ts";
import { type SessionHandle, useSession } from "./use-session.ts";
import { type TabMark, useTabMark } from "./use-tab-mark.ts";
import { useWarning } from "./use-warning.ts";

interface Props {
  initial: SessionView;
  isSignedIn: boolean;
  /** The server's clock when it made the page. */
  serverNow: string;
}

/** A session from the first cell to what is left of it: the notebook with its bar, then why it ended and how to go on. */
export function SessionPage({ initial, isSignedIn, serverNow }: Props) {
  // An address with the token in it: the frame must not be loaded anew because the session is read anew.
  const [url] = useState(() => notebookUrl(initial));
  // Other applications know nothing of it: nobody waits for them to answer.
  const lab = useLab(initial.application === null ? url : null);
  const handle = useSession(initial, isSignedIn, lab.save);
  const { state } = handle.session;
  if (state === "ended" || state === "failed") return <Over handle={handle} />;
  return <Running handle={handle} lab={lab} url={url} serverNow={serverNow} />;
}

function Over({ handle }: { handle: SessionHandle }) {
  useTabMark("over", handle.session.publication.title);
  return <EndedView handle={handle} />;
}

interface RunningProps {
  handle: SessionHandle;
  lab: Lab;
  url: string | null;
  serverNow: string;
}

function Running({ handle, lab, url, serverNow }: RunningProps) {
  const { session } = handle;
  const canFrame = session.browserUrl !== session.url;
  const [isElsewhere, setElsewhere] = useState(!canFrame);
  const [asksToStop, setAsksToStop] = useState(false);
  const now = useNow(serverNow);
  const warning = useWarning(session, now, handle.refresh, lab.save);
  const secondsLeft =
    now === null || session.endsAt === null ? null : (Date.parse(session.endsAt) - now) / 1000;
  const isRunning = session.state === "ready" && url !== null;
  useTabMark(markOf(session, warning.isNear, lab), session.publication.title);

  return (
    <div className="session-page flex h-dvh flex-col">
      {isRunning && (
        <SessionBar
          handle={handle}
          lab={lab.state}
          secondsLeft={secondsLeft}
          isNear={warning.isNear}
          url={url}
          onStop={() => setAsksToStop(true)}
          onElsewhere={() => void lab.save().then(() => setElsewhere(true))}
        />
      )}
      <p role="status" className="sr-only">
        {announcement(session, warning.isNear ? secondsLeft : null)}
      </p>
      {handle.error && (
        <Notice tone="bad" title={handle.error.message} announce>
          {handle.error.hint && <p>{handle.error.hint}</p>}
        </Notice>
      )}
      {isRunning && isElsewhere && (
        <Elsewhere
          url={url}
          what={session.application === null ? "notebook" : "application"}
          canFrame={canFrame}
          onBack={() => setElsewhere(false)}
        />
      )}
      {isRunning && !isElsewhere && (
        <>
          <h1 className="sr-only">{session.publication.title}</h1>
          <NotebookFrame
            url={url}
            title={`${session.application?.title ?? "Notebook"}: ${session.path ?? session.publication.title}`}
            lab={lab}
            speaks={session.application === null}
          />
        </>
      )}
      {!isRunning && <Ending title={session.publication.title} />}
      {isRunning && secondsLeft !== null && (
        <EndingDialog
          handle={handle}
          lab={lab.state}
          secondsLeft={secondsLeft}
          isOpen={warning.isOpen && !asksToStop}
          onDismiss={warning.dismiss}
        />
      )}
      <StopDialog
        isOpen={asksToStop && isRunning}
        onClose={() => setAsksToStop(false)}
        onStop={handle.stop}
      />
    </div>
  );
}

function Ending({ title }: { title: string }) {
  return (
    <div className="narrow flex-1 py-12">
      <h1 className="text-3xl font-semibold">{title}</h1>
      <p className="state mt-5 text-busy">
        <Icon name="turning" className="spin" />
        The session is ending; what you changed is being kept.
      </p>
    </div>
  );
}

function markOf({ state }: SessionView, isNear: boolean, lab: Lab): TabMark {
  if (state !== "ready") return "over";
  if (isNear) return "ending";
  return lab.state?.busy ? "working" : "idle";
}

/** What is said aloud: at the warning, again in the last minute, and when it ends. Not each second. */
function announcement({ state, endsBecause }: SessionView, secondsLeft: number | null): string {
  if (state === "stopping") return "The session is ending. What you changed is being kept.";
  if (secondsLeft === null) return "";
  const left = secondsLeft > 60 ? sayLeft(Math.ceil(secondsLeft / 60) * 60) : "less than a minute";
  const why = endsBecause === "idle" ? " because nobody has used it for a while" : "";
  return `This session ends in ${left}${why}. Nothing that you saved is lost.`;
}
