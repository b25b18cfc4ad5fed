import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import spdxIds from "spdx-license-ids/index.json" with { type: "json" };
import { listFiles } from "#lib/archive/index.ts";
import { searchPublications } from "#lib/gallery/index.ts";
import { licenseName } from "#lib/identifiers/index.ts";
import { DeleteDraft } from "../../../components/draft/delete-draft.tsx";
import { DraftFiles } from "../../../components/draft/draft-files.tsx";
import { Fetching } from "../../../components/draft/fetching.tsx";
import { Findings } from "../../../components/draft/findings.tsx";
import { MetadataForm } from "../../../components/draft/metadata-form.tsx";
import { PublishBar } from "../../../components/draft/publish-bar.tsx";
import { Section } from "../../../components/publication/section.tsx";
import { SourceLink } from "../../../components/publication/source-link.tsx";
import { formatBytes, formatCount } from "../../../components/ui/format.ts";
import { Notice } from "../../../components/ui/notice.tsx";
import { viewer } from "../../../reading.ts";
import { readDraft } from "./read-draft.ts";

interface Props {
  params: Promise<{ id: string }>;
}

export const metadata: Metadata = { title: "Draft", robots: { index: false } };

const common = ["CC-BY-4.0", "CC0-1.0", "MIT", "Apache-2.0", "BSD-3-Clause", "GPL-3.0-or-later"];
const licenses = [...common, ...spdxIds.filter((id) => !common.includes(id))].map((id) => ({
  id,
  name: licenseName(id),
}));
const usualFields = [
  "Astronomy",
  "Biology",
  "Chemistry",
  "Climate science",
  "Computer science",
  "Earth science",
  "Ecology",
  "Economics",
  "Engineering",
  "Linguistics",
  "Machine learning",
  "Materials science",
  "Mathematics",
  "Medicine",
  "Neuroscience",
  "Physics",
  "Psychology",
  "Social science",
  "Statistics",
];

export default async function DraftPage({ params }: Props) {
  const { id } = await params;
  const { publication, draft } = await readDraft(id);
  if (!draft) redirect(`/p/${publication.slug}`);
  const asker = await viewer();
  const isReady = draft.ingest.state === "ready";
  const [files, page] = await Promise.all([
    isReady ? listFiles(draft.id, asker) : [],
    searchPublications({ limit: 1 }, asker),
  ]);
  const fields = [
    ...new Set([...page.facets.fields.map(({ value }) => value), ...usualFields]),
  ].sort();
  const { forkedFrom, repository } = publication;
  return (
    <div className="wrap pt-10">
      <header className="mb-6">
        <p className="kicker">Draft of version {draft.number}, seen by you alone</p>
        <h1 className="mt-1 max-w-[50rem] text-[clamp(1.75rem,3.4vw,2.5rem)] font-semibold">
          {draft.metadata.title}
        </h1>
        {forkedFrom && (
          <p className="mt-2 font-serif text-lg text-quiet">
            Forked from{" "}
            <Link
              href={
                forkedFrom.number
                  ? `/p/${forkedFrom.slug}/v/${forkedFrom.number}`
                  : `/p/${forkedFrom.slug}`
              }
            >
              {forkedFrom.title}
            </Link>
          </p>
        )}
        {isReady && repository && (
          <p className="mt-2 font-serif text-lg text-quiet">
            Made from <SourceLink source={repository} />
          </p>
        )}
      </header>
      {draft.ingest.state === "fetching" && (
        <Fetching publicationId={publication.id} source={draft.source.url ?? "its source"} />
      )}
      {draft.ingest.state === "failed" && (
        <Notice tone="bad" title={draft.ingest.message ?? "The files could not be fetched"}>
          {draft.ingest.hint && <p>{draft.ingest.hint}</p>}
          <p className="mt-2 flex flex-wrap items-center gap-3">
            <Link href="/publish" className="button button-small">
              Try another address
            </Link>
            <DeleteDraft publicationId={publication.id} />
          </p>
        </Notice>
      )}
      {isReady && (
        <div className="grid gap-x-12 gap-y-8 lg:grid-cols-[minmax(0,1fr)_20rem]">
          <div className="grid min-w-0 content-start gap-8">
            <PublishBar
              key={draft.state}
              publication={{ id: publication.id, slug: publication.slug }}
              version={draft}
              findings={draft.preflight}
            />
            <Section id="metadata" title="About the paper">
              <MetadataForm
                publicationId={publication.id}
                initial={draft.metadata}
                licenses={licenses}
                fields={fields}
              />
            </Section>
            <Section
              id="files"
              title={`${formatCount(draft.fileCount, "file")}, ${formatBytes(draft.totalBytes)}`}
            >
              <DraftFiles
                publicationId={publication.id}
                files={files}
                page={`/drafts/${publication.id}/preview`}
              />
            </Section>
          </div>
          <aside aria-labelledby="findings">
            <div className="lg:sticky lg:top-6">
              <h2 id="findings" className="mb-3 text-xl font-semibold">
                What we found
              </h2>
              <Findings findings={draft.preflight} />
              {draft.environment.note && (
                <p className="mt-5 text-sm text-quiet">{draft.environment.note}</p>
              )}
            </div>
          </aside>
        </div>
      )}
    </div>
  );
}
