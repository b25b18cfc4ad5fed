import Link from "next/link";
import type { PublicationReference, PublicationView, VersionView } from "#lib/archive/index.ts";
import { config } from "#lib/config.ts";
import { doiUrl } from "#lib/identifiers/index.ts";
import { formatCount, shortAuthors } from "../ui/format.ts";
import { Section } from "./section.tsx";
import { SourceLink } from "./source-link.tsx";

function Reference({ paper }: { paper: PublicationReference }) {
  return (
    <span>
      <Link href={paper.number ? `/p/${paper.slug}/v/${paper.number}` : `/p/${paper.slug}`}>
        {paper.title}
      </Link>
      <span className="text-sm text-quiet">
        {paper.authors.length > 0 && `, ${shortAuthors(paper.authors)}`}
        {paper.number && `, version ${paper.number}`}
      </span>
    </span>
  );
}

/** The paper that it supplements, what it was forked from, and what was forked from it. */
export function Lineage({
  publication,
  version,
}: {
  publication: PublicationView;
  version: VersionView;
}) {
  const { forkedFrom, repository, forks, forkCount } = publication;
  const { paperDoi } = version.metadata;
  if (!forkedFrom && !repository && forks.length === 0 && !paperDoi) return null;
  return (
    <Section id="lineage" title="Related">
      <dl className="grid gap-4 font-serif text-[1.0625rem]">
        {paperDoi && (
          <div>
            <dt className="kicker">Supplements the article</dt>
            <dd>
              <a href={doiUrl(paperDoi, config().url)} className="break-all">
                doi.org/{paperDoi}
              </a>
            </dd>
          </div>
        )}
        {forkedFrom && (
          <div>
            <dt className="kicker">Forked from</dt>
            <dd>
              <Reference paper={forkedFrom} />
            </dd>
          </div>
        )}
        {repository && (
          <div>
            <dt className="kicker">Made from</dt>
            <dd>
              <SourceLink source={repository} />
            </dd>
          </div>
        )}
        {forks.length > 0 && (
          <div>
            <dt className="kicker">{formatCount(forkCount, "fork")} of this paper</dt>
            {forks.map((fork) => (
              <dd key={fork.id}>
                <Reference paper={fork} />
                {fork.doi === null && <span className="text-sm text-quiet"> (your draft)</span>}
              </dd>
            ))}
          </div>
        )}
      </dl>
    </Section>
  );
}
