import type { PublicationCard } from "#lib/archive/index.ts";

interface Props {
  paper: PublicationCard;
  className?: string;
  eager?: boolean;
}

/** The paper's own figure on a plate of fixed proportions; a paper without one shows its initial, set large. */
export function FigurePlate({ paper, className = "", eager = false }: Props) {
  return (
    <div
      className={`plate flex items-center justify-center overflow-hidden bg-plate ${className}`}
      aria-hidden="true"
    >
      {paper.figureSha256 ? (
        <img
          src={`/figures/${paper.figureSha256}`}
          alt=""
          className="size-full object-contain"
          loading={eager ? "eager" : "lazy"}
          decoding="async"
        />
      ) : (
        <span className="font-serif text-7xl text-[#b9b3a4]">{paper.title.trim().charAt(0)}</span>
      )}
    </div>
  );
}
