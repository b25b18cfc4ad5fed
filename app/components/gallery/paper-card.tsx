import Link from "next/link";
import type { PublicationCard } from "#lib/archive/index.ts";
import { plainText } from "#lib/notebooks/index.ts";
import { shortAuthors } from "../ui/format.ts";
import { FigurePlate } from "./figure-plate.tsx";
import { PaperFacts } from "./paper-facts.tsx";

function Overline({ paper }: { paper: PublicationCard }) {
  const parts = [paper.field, paper.year && String(paper.year)].filter(Boolean);
  return <p className="kicker">{parts.join(", ")}</p>;
}

/** One entry of the gallery. The whole entry leads to the paper; its title is the link. */
export function PaperCard({ paper }: { paper: PublicationCard }) {
  return (
    <article className="group relative grid grid-rows-[auto_1fr] content-start gap-4">
      <FigurePlate paper={paper} className="aspect-[8/5] border border-rule" />
      <div className="grid content-start gap-1.5">
        <Overline paper={paper} />
        <h2 className="text-[1.3125rem] font-semibold leading-[1.22]">
          <Link
            href={`/p/${paper.slug}`}
            className="no-underline after:absolute after:inset-0 group-hover:text-accent"
          >
            {paper.title}
          </Link>
        </h2>
        <p className="font-serif italic text-quiet">{shortAuthors(paper.authors)}</p>
        <PaperFacts paper={paper} />
      </div>
    </article>
  );
}

/** The first entry of the front page, set as a journal sets its leading article. */
export function LeadPaper({ paper }: { paper: PublicationCard }) {
  return (
    <article className="group relative grid gap-x-10 gap-y-5 lg:grid-cols-[7fr_5fr] lg:items-center">
      <FigurePlate paper={paper} className="aspect-[8/5] border border-rule" eager />
      <div className="grid content-center gap-3">
        <Overline paper={paper} />
        <h2 className="text-[clamp(1.75rem,3.2vw,2.625rem)] font-semibold leading-[1.1] tracking-[-0.012em]">
          <Link
            href={`/p/${paper.slug}`}
            className="no-underline after:absolute after:inset-0 group-hover:text-accent"
          >
            {paper.title}
          </Link>
        </h2>
        <p className="font-serif text-lg italic text-quiet">{shortAuthors(paper.authors, 5)}</p>
        {paper.description && (
          <p className="line-clamp-5 max-w-[34rem] font-serif text-[1.0625rem] leading-[1.55]">
            {plainText(paper.description, 600)}
          </p>
        )}
        <PaperFacts paper={paper} />
      </div>
    </article>
  );
}
