import type { Metadata } from "next";
import Link from "next/link";
import { Filters } from "../components/gallery/filters.tsx";
import { findPapers } from "../components/gallery/find-papers.ts";
import { Masthead } from "../components/gallery/masthead.tsx";
import { LeadPaper, PaperCard } from "../components/gallery/paper-card.tsx";
import { isNarrowed, queryUrl, readQuery, type SearchParams } from "../components/gallery/query.ts";
import { formatCount } from "../components/ui/format.ts";
import { viewer } from "../reading.ts";

interface Props {
  searchParams: Promise<SearchParams>;
}

export const metadata: Metadata = { alternates: { canonical: "/" } };

export default async function GalleryPage({ searchParams }: Props) {
  const { query, page } = await findPapers(readQuery(await searchParams), await viewer());
  const narrowed = isNarrowed(query);
  const isFront = !narrowed && !query.cursor && !query.sort;
  const [lead, ...rest] = isFront ? page.items : [undefined, ...page.items];

  return (
    <div className="wrap">
      <Masthead total={page.total} isCompact={!isFront} />
      <div className="py-6">
        <Filters query={query} facets={page.facets} />
      </div>
      <p className={isFront ? "sr-only" : "mb-6 text-sm text-quiet"} role="status">
        {formatCount(page.total, "paper")}
        {query.q && <> for “{query.q}”</>}
        {narrowed && (
          <>
            {" "}
            <Link href="/" className="ml-2">
              Clear search and filters
            </Link>
          </>
        )}
      </p>
      {page.total === 0 && <NothingFound narrowed={narrowed} />}
      {lead && <LeadPaper paper={lead} />}
      {rest.length > 0 && (
        <ul
          className={`grid gap-x-9 gap-y-12 sm:grid-cols-2 lg:grid-cols-3 ${lead ? "mt-12 border-t border-rule pt-10" : ""}`}
        >
          {rest.map(
            (paper) =>
              paper && (
                <li key={paper.id}>
                  <PaperCard paper={paper} />
                </li>
              ),
          )}
        </ul>
      )}
      <nav aria-label="Further papers" className="mt-12 flex gap-3">
        {query.cursor && (
          <Link href={queryUrl(query)} className="button">
            Back to the first
          </Link>
        )}
        {page.nextCursor && (
          <Link href={queryUrl(query, { cursor: page.nextCursor })} className="button" rel="next">
            Further papers
          </Link>
        )}
      </nav>
    </div>
  );
}

function NothingFound({ narrowed }: { narrowed: boolean }) {
  return (
    <div className="max-w-measure border-t border-rule py-10 font-serif text-lg">
      {narrowed ? (
        <p>No paper matches. Try fewer words, another field, or clear the filters.</p>
      ) : (
        <p>
          There is no paper here yet. <Link href="/publish">Publish the first</Link>: a folder with
          a notebook and its data is enough.
        </p>
      )}
    </div>
  );
}
