"use client";
import Link from "next/link";
import { Button } from "react-aria-components";
import { RunButton } from "../launch/run-button.tsx";
import { sameAgain } from "../launch/same-again.ts";
import { formatBytes } from "../ui/format.ts";
import { Icon } from "../ui/icons.tsx";
import { Notice } from "../ui/notice.tsx";
import { Time } from "../ui/time.tsx";
import { ChangedFiles } from "./changed-files.tsx";
import { ResumeButton } from "./resume-button.tsx";
import { downloadAddress, type SessionHandle } from "./use-session.ts";
import { whyEnded } from "./why-ended.ts";

/** A session that is over: why, what is left of it, and the ways to go on. */
export function EndedView({ handle }: { handle: SessionHandle }) {
  const { session, error } = handle;
  const { publication, isFork, workspace, path } = session;
  const { title, text } = whyEnded(session);
  const isKept = workspace.state === "kept";
  return (
    <div className="narrow pb-16 pt-12">
      <p className="kicker">
        {isFork ? "Your draft" : `Version ${publication.version}`}
        {path && `, ${path}`}
      </p>
      <h1 className="mb-7 mt-1 text-3xl font-semibold">
        <Link href={`/p/${publication.slug}`} className="no-underline hover:underline">
          {publication.title}
        </Link>
      </h1>
      <div role="status">
        <Notice tone={session.state === "failed" ? "bad" : "plain"} title={title}>
          {text && <p>{text}</p>}
          {session.endedAt && (
            <p className="text-quiet">
              It ended on <Time iso={session.endedAt} withTime />.
            </p>
          )}
          {session.state === "failed" && session.failure?.log && (
            <pre className="max-h-64 overflow-auto whitespace-pre-wrap font-mono text-[0.75rem]">
              {session.failure.log}
            </pre>
          )}
        </Notice>
      </div>
      <div className="mt-6 grid gap-5">
        {isKept ? <Kept handle={handle} /> : <Gone session={session} />}
        {error && (
          <Notice tone="bad" title={error.message} announce>
            {error.hint && <p>{error.hint}</p>}
          </Notice>
        )}
        {isKept && <ChangedFiles id={session.id} />}
        <p>
          <Link href={isFork ? `/drafts/${publication.id}` : `/p/${publication.slug}`}>
            Back to the {isFork ? "draft" : "paper"}
          </Link>
          {session.buildId && session.state === "failed" && (
            <>
              {" · "}
              <Link href={`/launch/${session.id}`}>Read the log of its preparation</Link>
            </>
          )}
        </p>
      </div>
    </div>
  );
}

function Kept({ handle }: { handle: SessionHandle }) {
  const { session, busy, saveAsFork } = handle;
  const { workspace, publication, isFork } = session;
  const size = workspace.sizeBytes > 0 ? ` (${formatBytes(workspace.sizeBytes)})` : "";
  return (
    <>
      <p>
        {isFork ? (
          <>What you changed is kept with your draft{size}.</>
        ) : workspace.expiresAt ? (
          <>
            What you changed{size} is kept until <Time iso={workspace.expiresAt} withTime />.
          </>
        ) : (
          <>What you changed is kept{size}.</>
        )}
      </p>
      <div className="flex flex-wrap gap-3">
        <ResumeButton id={session.id} title={publication.title} />
        {!isFork && (
          <Button className="button" onPress={saveAsFork} isDisabled={busy === "save"}>
            <Icon name="fork" />
            Save as fork
          </Button>
        )}
        <a href={downloadAddress(session.id)} className="button" download>
          <Icon name="download" />
          Download
        </a>
      </div>
    </>
  );
}

function Gone({ session }: { session: SessionHandle["session"] }) {
  const { workspace, publication } = session;
  return (
    <>
      <p>
        What was changed in it was kept
        {workspace.expiresAt && (
          <>
            {" "}
            until <Time iso={workspace.expiresAt} withTime />
          </>
        )}{" "}
        and is gone now. The paper itself is as it was.
      </p>
      {publication.doi && (
        <div>
          <RunButton
            request={sameAgain(session, publication.doi)}
            title={publication.title}
            label="Run it afresh"
          />
        </div>
      )}
    </>
  );
}
