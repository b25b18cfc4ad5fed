import type { PublicationView, VersionView } from "#lib/archive/index.ts";
import { DoiLink } from "../ui/doi-link.tsx";
import { Time } from "../ui/time.tsx";
import { Authors } from "./authors.tsx";

interface Props {
  publication: PublicationView;
  version: VersionView;
}

/** Title, authors, date, version and identifier: what a citation needs, first. */
export function PaperHead({ publication, version }: Props) {
  const { metadata } = version;
  const published = publication.versions.length;
  return (
    <header className="wrap pt-10 pb-7 sm:pt-14">
      <p className="kicker">{[metadata.field, version.language].filter(Boolean).join(", ")}</p>
      <h1 className="mt-2 max-w-[54rem] text-[clamp(2rem,4.4vw,3.25rem)] font-semibold leading-[1.08] tracking-[-0.015em]">
        {metadata.title}
      </h1>
      <div className="mt-5">
        <Authors authors={metadata.authors} />
      </div>
      <div className="mt-4 flex flex-wrap items-center gap-x-5 gap-y-1 text-sm text-quiet">
        {version.publishedAt && (
          <span>
            Published <Time iso={version.publishedAt} />
          </span>
        )}
        <span>
          Version {version.number}
          {published > 1 && ` of ${published}`}
        </span>
        {version.doi && <DoiLink doi={version.doi} />}
      </div>
    </header>
  );
}
