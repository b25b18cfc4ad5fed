import { useEffect, useState } from "react";
import type { SafeHtml } from "../../notebook/render/safe-html.ts";
import { SafeHtmlView } from "../../notebook/safe-html-view.tsx";
import { TextOutput } from "../../notebook/text-output.tsx";

interface Props {
  /** Makes the HTML with a renderer that is loaded when it is first needed. */
  render: (source: string) => Promise<SafeHtml>;
  source: string;
  className?: string;
}

/** HTML from a renderer that a page does not load beforehand. What was shown stays until the new one is there. */
export function LazyHtml({ render, source, className = "" }: Props) {
  const [html, setHtml] = useState<SafeHtml | null>(null);
  const [isBroken, setBroken] = useState(false);

  useEffect(() => {
    let isCurrent = true;
    render(source).then(
      (made) => {
        if (isCurrent) setHtml(made);
      },
      (error: unknown) => {
        console.error(error);
        if (isCurrent) setBroken(true);
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [render, source]);

  if (isBroken) return <TextOutput text={source} label="Output" />;
  return html === null ? null : <SafeHtmlView className={className} html={html} />;
}

/** An HTML table, sanitised. */
export async function tableHtml(source: string): Promise<SafeHtml> {
  const { sanitiseHtml } = await import("../../notebook/render/sanitise.ts");
  return sanitiseHtml(source);
}

/** A formula. */
export async function latexHtml(source: string): Promise<SafeHtml> {
  const { renderLatex } = await import("../../notebook/render/katex.ts");
  return renderLatex(source);
}
