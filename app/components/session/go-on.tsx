import Link from "next/link";
import { listSessions } from "#lib/sessions/index.ts";
import { viewer } from "../../reading.ts";
import { Icon } from "../ui/icons.tsx";
import { Time } from "../ui/time.tsx";
import { ResumeButton } from "./resume-button.tsx";

/** One click back to where the reader was in this version, if they were: in a session that lives, or whose files are kept. */
export async function GoOn({ versionId }: { versionId: string }) {
  const [session] = await listSessions(await viewer(), { versionId, open: true });
  if (!session) return null;
  const isLive = session.state !== "ended" && session.state !== "failed";
  return (
    <div className="no-print wrap flex flex-wrap items-center gap-x-4 gap-y-2 pt-5 text-sm">
      {isLive ? (
        <Link href={`/session/${session.id}`} className="button button-small">
          <Icon name="play" />
          Go on where you were
        </Link>
      ) : (
        <ResumeButton
          id={session.id}
          title={session.publication.title}
          label="Go on where you were"
          className="button-small"
        />
      )}
      <span className="text-quiet">
        {isLive ? (
          "Your session of this version is still running."
        ) : (
          <>
            Your session of <Time iso={session.createdAt} />
            {session.workspace.expiresAt && (
              <>
                , kept until <Time iso={session.workspace.expiresAt} withTime />
              </>
            )}
            . <Link href={`/session/${session.id}`}>What was in it</Link>
          </>
        )}
      </span>
    </div>
  );
}
