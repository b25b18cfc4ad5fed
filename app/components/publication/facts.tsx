import type { PublicationView, VersionView } from "#lib/archive/index.ts";
import { licenseName, licenseUrl } from "#lib/identifiers/index.ts";
import { fileUrl } from "../notebook/place.ts";
import { formatBytes, formatCount } from "../ui/format.ts";
import { Icon } from "../ui/icons.tsx";
import { Time } from "../ui/time.tsx";
import { Section } from "./section.tsx";

interface Props {
  publication: PublicationView;
  version: VersionView;
}

/** The address below which a version's files are served. */
export function filesUrlOf(version: VersionView): string {
  return `/api/publications/${version.publicationId}/versions/${version.number}/files`;
}

export function Licence({ version }: { version: VersionView }) {
  const id = version.metadata.license;
  const url = id && licenseUrl(id);
  return (
    <Section id="licence" title="Licence">
      {!id && <p>No licence is stated: ask the authors before you reuse this work.</p>}
      {id && (url ? <a href={url}>{licenseName(id)}</a> : licenseName(id))}
    </Section>
  );
}

export function Downloads({ version }: { version: VersionView }) {
  const base = `/api/publications/${version.publicationId}/versions/${version.number}`;
  return (
    <Section id="downloads" title="Downloads">
      <div className="flex flex-wrap gap-3">
        <a className="button" href={`${base}/archive?format=zip`} download>
          <Icon name="download" />
          Whole version as zip, {formatBytes(version.totalBytes)}
        </a>
        {version.mainNotebook && (
          <a className="button" href={fileUrl(filesUrlOf(version), version.mainNotebook)} download>
            <Icon name="download" />
            The notebook
          </a>
        )}
      </div>
    </Section>
  );
}

export function Statistics({ publication, version }: Props) {
  const facts = [
    formatCount(publication.launchCount, "launch", "launches"),
    formatCount(publication.forkCount, "fork"),
    formatCount(version.fileCount, "file"),
    formatBytes(version.totalBytes),
  ];
  return (
    <Section id="statistics" title="Statistics">
      <ul className="flex flex-wrap gap-x-6 gap-y-1 tabular-nums">
        {facts.map((fact) => (
          <li key={fact}>{fact}</li>
        ))}
      </ul>
    </Section>
  );
}

/** Where it came from and what became of it, newest first. */
export function History({ publication, version }: Props) {
  const events = publication.versions
    .flatMap((each) => [
      { at: each.publishedAt, text: `Version ${each.number} published` },
      {
        at: each.withdrawnAt,
        text: `Version ${each.number} withdrawn: ${each.withdrawReason ?? "no reason given"}`,
      },
    ])
    .concat({ at: publication.createdAt, text: "First draft" })
    .filter((event): event is { at: string; text: string } => event.at !== null)
    .sort((a, b) => b.at.localeCompare(a.at));
  const { source } = version;
  return (
    <Section id="history" title="History">
      <ol className="grid gap-1">
        {events.map(({ at, text }) => (
          <li key={at + text} className="flex flex-wrap gap-x-4">
            <span className="min-w-40 text-quiet">
              <Time iso={at} withTime />
            </span>
            <span>{text}</span>
          </li>
        ))}
      </ol>
      {source.url && source.type !== "fork" && (
        <p className="mt-3 break-all text-sm text-quiet">
          Imported from {source.url}
          {source.commit && `, commit ${source.commit.slice(0, 12)}`}
        </p>
      )}
    </Section>
  );
}
