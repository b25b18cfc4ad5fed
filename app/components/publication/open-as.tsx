import { type OfferedApp, offeredApps } from "#lib/sessions/index.ts";
import { RunButton } from "../launch/run-button.tsx";

interface Props {
  versionId: string;
  title: string;
  /** What is to be run: the published version, or a draft. */
  subject: { doi: string } | { fork: string };
}

const labels: Record<OfferedApp["app"], string> = {
  voila: "Open as dashboard",
  app: "Open the application",
  vscode: "Open in VS Code",
};

/** What else than its notebook a version can be opened as; nothing where its environment has nothing else. */
export async function OpenAs({ versionId, title, subject }: Props) {
  const offered = await offeredApps(versionId);
  if (offered.length === 0) return null;
  return (
    <div className="no-print wrap flex flex-wrap items-center gap-x-3 gap-y-2 pt-4 text-sm sm:justify-end">
      {offered.map(({ app, path }) => (
        <RunButton
          key={app}
          request={{ ...subject, app, ...(path ? { path } : {}) }}
          title={title}
          label={labels[app]}
          icon="external"
          className="button-small"
        />
      ))}
      <noscript>Opening it needs JavaScript.</noscript>
    </div>
  );
}
