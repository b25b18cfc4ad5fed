import type { PublicationCard } from "#lib/archive/index.ts";
import { figureRatio } from "./figure-ratio.ts";

interface Props {
  paper: PublicationCard;
  className?: string;
  eager?: boolean;
}

/**
 * The paper's own figure on a plate of fixed proportions. One of nearly these proportions fills the plate, a strip or a
 * tower keeps its margins; a paper without a figure shows its initial, set large.
 */
export async function FigurePlate({ paper, className = "", eager = false }: Props) {
  const ratio = paper.figureSha256 ? await figureRatio(paper.figureSha256) : null;
  const fit = ratio && ratio > 1.3 && ratio < 1.95 ? "object-cover" : "object-contain p-2";
  return (
    <div
      className={`plate flex items-center justify-center overflow-hidden bg-plate ${className}`}
      aria-hidden="true"
    >
      {paper.figureSha256 ? (
        <img
          src={`/figures/${paper.figureSha256}`}
          alt=""
          className={`size-full ${fit}`}
          loading={eager ? "eager" : "lazy"}
          decoding="async"
        />
      ) : (
        <span className="font-serif text-7xl text-[#b9b3a4]">{paper.title.trim().charAt(0)}</span>
      )}
    </div>
  );
}
