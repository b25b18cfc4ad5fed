import { imageSize, type Output, picturesHeight } from "#lib/notebooks/index.ts";
import { ScrollBox } from "../ui/scroll-box.tsx";
import { ChartOutput } from "./chart-output.tsx";
import { FrameOutput } from "./frame-output.tsx";
import { JsonTree } from "./json-tree.tsx";
import { Picture } from "./picture.tsx";
import { type NotebookPlace, outputItemUrl, outputUrl, savedWidgetsUrl } from "./place.ts";
import { PlainOutput } from "./plain-output.tsx";
import { bokehDocument } from "./render/bokeh-document.ts";
import { present, wantsNetwork } from "./render/bundle.ts";
import { expectedHeight } from "./render/frame.ts";
import { renderLatex } from "./render/katex.ts";
import { renderMarkdown } from "./render/markdown.ts";
import { isPrelude } from "./render/prelude.ts";
import { sanitiseHtml } from "./render/sanitise.ts";
import { SafeHtmlView } from "./safe-html-view.tsx";
import { SavedControl } from "./saved-control.tsx";
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
  if (output.output_type === "stream" || output.output_type === "error") {
    return <PlainOutput output={output} />;
  }
  const shown = present(output.data);
  if (!shown) return null;
  switch (shown.kind) {
    case "image":
      return (
        <Picture
          src={outputUrl(place, cell, index, shown.type)}
          metadata={output.metadata[shown.type]}
          own={imageSize({ mediaType: shown.type, bytes: pictureBytes(shown) })}
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
      // It goes into the frames of later outputs; one of its own would be empty.
      if (shown.type === "text/html" && isPrelude(shown.text)) return null;
      return (
        <>
          {shown.library ? (
            <ChartOutput
              src={outputItemUrl(place, cell, index)}
              caption={caption}
              height={bokehDocument(shown.text)?.height ?? expectedHeight(shown.text)}
              hasData={bokehDocument(shown.text) !== null}
            />
          ) : (
            <FrameOutput
              src={outputUrl(place, cell, index, shown.type)}
              title={`Interactive output, ${caption}`}
              height={expectedHeight(shown.text)}
            />
          )}
          {wantsNetwork(shown.text) && (
            <p className="hint">
              This output loads parts from the network, which are left out here. Run the paper to
              see it whole.
            </p>
          )}
        </>
      );
    case "chart":
      return (
        <>
          <ChartOutput
            src={outputItemUrl(place, cell, index)}
            caption={caption}
            height={shown.height}
            hasData
          />
          <noscript>
            <p className="hint">This chart needs JavaScript to be drawn. In words:</p>
            <TextOutput text={textOf(output.data)} label="Output" />
          </noscript>
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
    case "widget":
      if (!place.widgets.has(shown.modelId)) return <p className="hint">{shown.text}</p>;
      return (
        <SavedControl
          states={savedWidgetsUrl(place)}
          modelId={shown.modelId}
          caption={caption}
          height={60 + picturesHeight(place.widgets, shown.modelId)}
        />
      );
    case "text":
      return <TextOutput text={shown.text} label="Output" />;
  }
}

function textOf(data: Record<string, unknown>): string {
  const plain = data["text/plain"];
  return typeof plain === "string" ? plain : "A chart";
}

function pictureBytes({ type, data }: { type: string; data: string }): Buffer {
  return type === "image/svg+xml" ? Buffer.from(data) : Buffer.from(data, "base64");
}
