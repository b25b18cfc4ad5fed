import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getPublication } from "#lib/archive/index.ts";
import { readFileQuery } from "../../../../../components/files/query.ts";
import { paperMetadata } from "../../../../../components/publication/paper-metadata.ts";
import { PaperPage } from "../../../../../components/publication/paper-page.tsx";
import { Tombstone } from "../../../../../components/publication/tombstone.tsx";
import { orNotFound } from "../../../../../or-not-found.ts";
import { viewer } from "../../../../../reading.ts";

interface Props {
  params: Promise<{ slug: string; n: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

async function numbered(slug: string, n: string) {
  const publication = await orNotFound(getPublication(slug, await viewer()));
  const version = publication.versions.find(({ number }) => String(number) === n);
  if (!version) notFound();
  return { publication, version };
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { slug, n } = await params;
  const { publication, version } = await numbered(slug, n);
  return paperMetadata(publication, version);
}

export default async function VersionPage({ params, searchParams }: Props) {
  const { slug, n } = await params;
  const { publication, version } = await numbered(slug, n);
  if (version.state === "withdrawn")
    return <Tombstone publication={publication} version={version} />;
  const search = await searchParams;
  return (
    <PaperPage
      publication={publication}
      version={version}
      page={`/p/${publication.slug}/v/${version.number}`}
      justPublished={search.published === "1"}
      {...readFileQuery(search)}
    />
  );
}
