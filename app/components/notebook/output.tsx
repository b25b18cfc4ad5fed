import { imageSize, type Output } from "#lib/notebooks/index.ts";
import { ScrollBox } from "../ui/scroll-box.tsx";
import { FrameOutput } from "./frame-output.tsx";
import { JsonTree } from "./json-tree.tsx";
import { type NotebookPlace, outputUrl } from "./place.ts";
import { present, wantsNetwork } from "./render/bundle.ts";
import { expectedHeight } from "./render/frame.ts";
import { renderLatex } from "./render/katex.ts";
import { renderMarkdown } from "./render/markdown.ts";
import { sanitiseHtml } from "./render/sanitise.ts";
import { SafeHtmlView } from "./safe-html-view.tsx";
import { TextOutput } from "./text-output.tsx";

interface Props {
  output: Output;
  place: NotebookPlace;
  cell: number;
  index: number;
  /** For screen readers: "Figure 2, under “Separating the rise”". */
  caption: string;
}

/** One output of a cell in its richest safe form. */
export async function OutputView({ output, place, cell, index, caption }: Props) {
  if (output.output_type === "stream") {
    const isError = output.name === "stderr";
    return (
      <TextOutput
        text={output.text}
        label={isError ? "Error output" : "Output"}
        className={isError ? "output-stderr" : ""}
      />
    );
  }
  if (output.output_type === "error") {
    const text = output.traceback.join("\n") || `${output.ename}: ${output.evalue}`;
    return <TextOutput text={text} label={`Error: ${output.ename}`} className="output-error" />;
  }
  const shown = present(output.data);
  if (!shown) return null;
  switch (shown.kind) {
    case "image":
      return (
        <Picture
          type={shown.type}
          data={shown.data}
          metadata={output.metadata}
          url={outputUrl(place, cell, index, shown.type)}
          caption={caption}
        />
      );
    case "table":
      return (
        <ScrollBox className="output" label={`Table from ${caption}`}>
          <SafeHtmlView html={sanitiseHtml(shown.text)} />
        </ScrollBox>
      );
    case "frame":
      return (
        <>
          <FrameOutput
            src={outputUrl(place, cell, index, shown.type)}
            title={`Interactive output, ${caption}`}
            height={expectedHeight(shown.text)}
          />
          {wantsNetwork(shown.text) && (
            <p className="hint">
              This output loads parts from the network, which are left out here. Run the paper to
              see it whole.
            </p>
          )}
        </>
      );
    case "latex":
      return (
        <ScrollBox className="output" label={`Formula from ${caption}`}>
          <SafeHtmlView html={renderLatex(shown.text)} />
        </ScrollBox>
      );
    case "markdown":
      return (
        <SafeHtmlView
          className="prose"
          html={await renderMarkdown(shown.text, { idPrefix: `cell-${cell + 1}-${index}` })}
        />
      );
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

interface PictureProps {
  type: string;
  data: string;
  metadata: Record<string, unknown>;
  url: string;
  caption: string;
}

function Picture({ type, data, metadata, url, caption }: PictureProps) {
  const bytes = type === "image/svg+xml" ? Buffer.from(data) : Buffer.from(data, "base64");
  const own = imageSize({ mediaType: type, bytes });
  const stated = sizeFrom(metadata[type]);
  const width = stated.width ?? own?.width;
  const height = stated.height ?? (own && width ? (own.height * width) / own.width : undefined);
  return (
    <img
      className="output-figure"
      src={url}
      alt={stated.alt ?? caption}
      width={width && Math.round(width)}
      height={height && Math.round(height)}
      loading="lazy"
      decoding="async"
    />
  );
}

/** What the kernel said about the picture: its size on the page where pixels are doubled, its description. */
function sizeFrom(metadata: unknown): { width?: number; height?: number; alt?: string } {
  if (typeof metadata !== "object" || metadata === null) return {};
  const number = (value: unknown) =>
    typeof value === "number" && value > 0 && value < 10_000 ? value : undefined;
  return {
    width: "width" in metadata ? number(metadata.width) : undefined,
    height: "height" in metadata ? number(metadata.height) : undefined,
    alt: "alt" in metadata && typeof metadata.alt === "string" ? metadata.alt : undefined,
  };
}
