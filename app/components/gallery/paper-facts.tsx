import type { PublicationCard } from "#lib/archive/index.ts";
import { formatCount } from "../ui/format.ts";
import { ImageState } from "../ui/image-state.tsx";

/** The small print of a card: what it is written in, under which licence, how often used, how soon it runs. */
export function PaperFacts({ paper }: { paper: PublicationCard }) {
  const facts = [
    paper.language,
    paper.license,
    formatCount(paper.launchCount, "launch", "launches"),
    formatCount(paper.forkCount, "fork"),
  ].filter((fact): fact is string => Boolean(fact));
  return (
    <ul className="flex flex-wrap gap-x-3 gap-y-0.5 text-[0.8125rem] text-quiet">
      {facts.map((fact) => (
        <li key={fact}>{fact}</li>
      ))}
      <li>
        <ImageState state={paper.image} />
      </li>
    </ul>
  );
}
