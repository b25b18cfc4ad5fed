import { useCallback } from "react";
import { JsonTree } from "../../notebook/json-tree.tsx";
import { Picture } from "../../notebook/picture.tsx";
import { TextOutput } from "../../notebook/text-output.tsx";
import { ScrollBox } from "../../ui/scroll-box.tsx";
import type { Group } from "./group.ts";
import { LazyHtml, latexHtml, tableHtml } from "./lazy-html.tsx";

interface Props {
  shown: Extract<Group, { kind: "page" }>["shown"];
  metadata: Record<string, unknown>;
  caption: string;
  /** Unique in the page: what Markdown's own anchors are put behind. */
  idPrefix: string;
}

/** One output with data, in its richest form that is safe in the page itself. */
export function LiveOutput({ shown, metadata, caption, idPrefix }: Props) {
  const markdownHtml = useCallback(
    async (source: string) => {
      const { renderMarkdown } = await import("../../notebook/render/markdown.ts");
      return renderMarkdown(source, { idPrefix });
    },
    [idPrefix],
  );
  switch (shown.kind) {
    case "image":
      return (
        <Picture
          src={pictureUrl(shown.type, shown.data)}
          metadata={metadata[shown.type]}
          caption={caption}
        />
      );
    case "table":
      return (
        <ScrollBox className="output" label={`Table from ${caption}`}>
          <LazyHtml render={tableHtml} source={shown.text} />
        </ScrollBox>
      );
    case "latex":
      return (
        <ScrollBox className="output" label={`Formula from ${caption}`}>
          <LazyHtml render={latexHtml} source={shown.text} />
        </ScrollBox>
      );
    case "markdown":
      return <LazyHtml className="prose" render={markdownHtml} source={shown.text} />;
    case "json":
      return (
        <div className="json-tree">
          <JsonTree value={shown.value} />
        </div>
      );
    case "text":
      return <TextOutput text={shown.text} label="Output" />;
  }
}

/** A picture as an address. Within an img nothing of an SVG runs or loads. */
function pictureUrl(type: string, data: string): string {
  return type === "image/svg+xml"
    ? `data:image/svg+xml;charset=utf-8,${encodeURIComponent(data)}`
    : `data:${type};base64,${data.replace(/\s+/g, "")}`;
}
