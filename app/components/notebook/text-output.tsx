import { renderAnsi } from "./render/ansi.ts";
import { SafeHtmlView } from "./safe-html-view.tsx";

const longest = 200_000;

interface Props {
  text: string;
  /** Of what: "Output", "Error output", "Error". */
  label: string;
  className?: string;
}

/** Text as a terminal shows it. Long text scrolls in a box of its own that can be folded away. */
export function TextOutput({ text, label, className = "" }: Props) {
  const split = text.split("\n");
  const lines = split.length;
  // Only a box that may have to be scrolled is a stop for the keyboard.
  const stop = split.some((line) => line.length > 40) ? { tabIndex: 0 } : {};
  const cut =
    text.length > longest
      ? `${text.slice(0, longest)}\n… cut: the whole is in the notebook file`
      : text;
  const html = renderAnsi(cut.replace(/\n$/, ""));
  if (lines <= 40)
    return <SafeHtmlView as="pre" className={`output-text ${className}`} html={html} {...stop} />;
  return (
    <details className="output-fold" open>
      <summary>
        {label}, {lines} lines
      </summary>
      <SafeHtmlView
        as="pre"
        className={`output-text output-long ${className}`}
        html={html}
        tabIndex={0}
      />
    </details>
  );
}
