interface Props {
  /** What is in it, for screen readers. */
  label: string;
  className?: string;
  children: React.ReactNode;
}

/** A part of the page that may scroll by itself. It is a stop for the keyboard, so that all of it can be read. */
export function ScrollBox({ label, className = "", children }: Props) {
  return (
    <section
      aria-label={label}
      className={className}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
    >
      {children}
    </section>
  );
}
