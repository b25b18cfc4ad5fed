import type { VersionView } from "#lib/archive/index.ts";
import { ForkButton } from "../launch/fork-button.tsx";
import { RunButton } from "../launch/run-button.tsx";
import { ForkOrSave, WhilePaper } from "../live/live-alternative.tsx";
import { LiveBar } from "../live/live-bar.tsx";
import { LiveRun } from "../live/live-run.tsx";
import { ImageState } from "../ui/image-state.tsx";

interface Props {
  version: VersionView;
  isSignedIn: boolean;
  /** The page shows the notebook that Run runs: it becomes live in place. */
  isLive: boolean;
}

function runRequest(doi: string, { mainNotebook }: VersionView) {
  return mainNotebook ? { doi, path: mainNotebook } : { doi };
}

/** Run and Fork, always in reach: the bar stays at the top while one reads. */
export function ActionBar({ version, isSignedIn, isLive }: Props) {
  const { doi } = version;
  return (
    <div className="no-print sticky top-0 z-20 border-y border-rule bg-paper">
      <div className="wrap flex min-h-[var(--bar)] items-center gap-3 py-2">
        <p className="bar-title mr-auto hidden min-w-0 truncate font-serif font-semibold sm:block">
          {version.metadata.title}
        </p>
        <span className="mr-auto min-w-0 text-[0.8125rem] leading-tight [&_.state]:whitespace-normal sm:mr-1">
          <WhilePaper>
            <ImageState state={version.environment.state} />
          </WhilePaper>
        </span>
        <noscript>Running needs JavaScript.</noscript>
        {doi && (
          <ForkOrSave>
            <ForkButton doi={doi} isSignedIn={isSignedIn} />
          </ForkOrSave>
        )}
        {doi &&
          version.environment.state !== "none" &&
          (isLive ? (
            <LiveRun title={version.metadata.title} />
          ) : (
            <RunButton request={runRequest(doi, version)} title={version.metadata.title} />
          ))}
      </div>
      {isLive && <LiveBar />}
    </div>
  );
}
