/** The name with its mark: the pilcrow in red ink that ended a page before there were title pages. */
export function Wordmark({ className = "" }: { className?: string }) {
  return (
    <span className={`font-serif font-semibold tracking-[-0.01em] ${className}`}>
      <span className="text-accent" aria-hidden="true">
        ¶
      </span>{" "}
      Colophon
    </span>
  );
}
