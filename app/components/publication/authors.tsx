import type { Author } from "#lib/archive/index.ts";
import { displayName } from "../ui/format.ts";

function nameOf(author: Author): string {
  if (author.familyName) return `${author.givenName ?? ""} ${author.familyName}`.trim();
  return displayName(author.name);
}

/** ORCID's mark, which its owners ask to be shown beside the iD. */
function OrcidMark() {
  return (
    <svg viewBox="0 0 16 16" width="1em" height="1em" aria-hidden="true" className="inline-block">
      <circle cx="8" cy="8" r="8" fill="#4b7f0b" />
      <path
        fill="#fff"
        d="M4.7 5.2h1.1v6.3H4.7zM5.25 2.9a.72.72 0 1 1 0 1.44.72.72 0 0 1 0-1.44M7 5.2h2.7c2.5 0 3.5 1.7 3.5 3.15 0 1.7-1.3 3.15-3.5 3.15H7zm1.1 1v4.3h1.5c1.8 0 2.45-1.2 2.45-2.15 0-1.4-.9-2.15-2.45-2.15z"
      />
    </svg>
  );
}

/** The authors in order, each with their ORCID record and affiliation where known. */
export function Authors({ authors }: { authors: Author[] }) {
  if (authors.length === 0) return null;
  return (
    <ul className="flex flex-wrap gap-x-4 gap-y-1 font-serif text-[1.1875rem]" aria-label="Authors">
      {authors.map((author, index) => (
        <li key={index} className="inline-flex flex-wrap items-baseline gap-x-1.5">
          <span>{nameOf(author)}</span>
          {author.orcid && (
            <a
              href={`https://orcid.org/${author.orcid}`}
              className="inline-flex size-6 items-center justify-center self-center no-underline"
              aria-label={`ORCID record of ${nameOf(author)}`}
              title={`orcid.org/${author.orcid}`}
            >
              <OrcidMark />
            </a>
          )}
          {author.affiliation && (
            <span className="font-sans text-[0.8125rem] text-quiet">{author.affiliation}</span>
          )}
        </li>
      ))}
    </ul>
  );
}
