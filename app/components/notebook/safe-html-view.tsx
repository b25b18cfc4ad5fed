import type { SafeHtml } from "./render/safe-html.ts";

interface Props extends React.HTMLAttributes<HTMLElement> {
  html: SafeHtml;
  as?: "div" | "span" | "pre" | "code";
}

/** The one place where HTML made by us from strangers' content enters the page. Its type says that it is sanitised. */
export function SafeHtmlView({ html, as: Element = "div", ...rest }: Props) {
  return <Element {...rest} dangerouslySetInnerHTML={{ __html: html }} />;
}
