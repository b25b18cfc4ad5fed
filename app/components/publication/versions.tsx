import Link from "next/link";
import type { PublicationView, VersionView } from "#lib/archive/index.ts";
import { DoiLink } from "../ui/doi-link.tsx";
import { Time } from "../ui/time.tsx";
import { Section } from "./section.tsx";

/** Every version with its own DOI, and the DOI that stands for all of them. */
export function Versions({
  publication,
  version,
}: {
  publication: PublicationView;
  version: VersionView;
}) {
  const newestFirst = publication.versions.toReversed();
  return (
    <Section id="versions" title="Versions">
      <ol className="grid gap-2">
        {newestFirst.map((each) => (
          <li key={each.id} className="flex flex-wrap items-center gap-x-4">
            {each.number === version.number ? (
              <strong aria-current="page" className="font-semibold">
                Version {each.number}
              </strong>
            ) : (
              <Link href={`/p/${publication.slug}/v/${each.number}`}>Version {each.number}</Link>
            )}
            {each.publishedAt && (
              <span className="text-sm text-quiet">
                <Time iso={each.publishedAt} />
              </span>
            )}
            {each.state === "withdrawn" && <span className="text-sm text-bad">withdrawn</span>}
            {each.doi && (
              <span className="text-sm">
                <DoiLink doi={each.doi} label={`DOI of version ${each.number}`} />
              </span>
            )}
          </li>
        ))}
      </ol>
      {publication.conceptDoi && (
        <div className="mt-4 max-w-measure text-sm">
          <p className="text-quiet">
            To cite the work as a whole, whatever its version, use this DOI: it always leads to the
            newest version. Cite a version’s own DOI where the exact content matters.
          </p>
          <DoiLink doi={publication.conceptDoi} label="DOI of all versions" />
        </div>
      )}
    </Section>
  );
}
