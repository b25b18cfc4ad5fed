/** The journal's head: its name between rules, and in one line what it is. */
export function Masthead({ total, isCompact }: { total: number; isCompact: boolean }) {
  if (isCompact) {
    return <h1 className="border-b border-rule pb-3 pt-8 text-3xl font-semibold">Papers</h1>;
  }
  return (
    <div className="masthead pt-8 sm:pt-10">
      <h1 className="flex items-baseline justify-center gap-[0.18em] text-center text-[clamp(3rem,10vw,6.5rem)] font-semibold leading-none tracking-[-0.03em]">
        <span className="text-[0.82em] text-accent" aria-hidden="true">
          ¶
        </span>
        Colophon
      </h1>
      <div className="mt-5 border-y border-ink py-[3px] sm:mt-7">
        <p className="flex flex-wrap items-baseline justify-between gap-x-8 border-y border-rule py-2.5 font-serif text-[1.0625rem] leading-snug">
          <span>
            A journal of living papers: each a notebook with its data, kept under a DOI, running
            again when you press Run.
          </span>
          <span className="tabular-nums text-quiet">
            {total} {total === 1 ? "paper" : "papers"}
          </span>
        </p>
      </div>
    </div>
  );
}
