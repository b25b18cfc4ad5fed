import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getPublication } from "#lib/archive/index.ts";
import { readFileQuery } from "../../../components/files/query.ts";
import { paperMetadata } from "../../../components/publication/paper-metadata.ts";
import { PaperPage } from "../../../components/publication/paper-page.tsx";
import { Tombstone } from "../../../components/publication/tombstone.tsx";
import { orNotFound } from "../../../or-not-found.ts";
import { viewer } from "../../../reading.ts";

interface Props {
  params: Promise<{ slug: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** The newest version that is still published; where all are withdrawn, the last of them. */
async function newest(slug: string) {
  const publication = await orNotFound(getPublication(slug, await viewer()));
  const version =
    publication.versions.findLast(({ state }) => state === "published") ??
    publication.versions.at(-1);
  return { publication, version };
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { slug } = await params;
  const { publication, version } = await newest(slug);
  return version ? paperMetadata(publication, version) : { title: publication.title };
}

export default async function PublicationPage({ params, searchParams }: Props) {
  const { slug } = await params;
  const { publication, version } = await newest(slug);
  if (!version) redirect(`/drafts/${publication.id}`);
  if (version.state === "withdrawn")
    return <Tombstone publication={publication} version={version} />;
  const search = await searchParams;
  return (
    <PaperPage
      publication={publication}
      version={version}
      page={`/p/${publication.slug}`}
      justPublished={search.published === "1"}
      {...readFileQuery(search)}
    />
  );
}
