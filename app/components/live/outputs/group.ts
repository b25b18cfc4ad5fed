import type { Output } from "#lib/notebooks/index.ts";
import type { FrameItem } from "../../../frames/messages.ts";
import { joinStreams } from "../../notebook/join-streams.ts";
import { bokehDocument } from "../../notebook/render/bokeh-document.ts";
import { type Presentation, present } from "../../notebook/render/bundle.ts";
import { isPrelude } from "../../notebook/render/prelude.ts";

type Plain = Extract<Output, { output_type: "stream" | "error" }>;
type Framed = Extract<Presentation, { kind: "frame" | "widget" | "chart" }>;
type InPage = Exclude<Presentation, Framed>;

/** A chart's data as JSON, and how high it will be. */
interface ChartData {
  json: string;
  height: number;
}

/** What stands below each other under a live cell. `at` is the index of its first output. */
export type Group =
  | { kind: "plain"; at: number; output: Plain }
  | { kind: "page"; at: number; shown: InPage; metadata: Record<string, unknown> }
  | { kind: "frame"; at: number; items: FrameItem[]; html: string; charts: ChartData[] };

/** Outputs in order; neighbours that need a frame share one. */
export function groupOutputs(outputs: Output[]): Group[] {
  const groups: Group[] = [];
  for (const { output, at } of joinStreams(outputs)) {
    if (output.output_type === "stream" || output.output_type === "error") {
      groups.push({ kind: "plain", at, output });
      continue;
    }
    const shown = present(output.data, { live: true });
    if (!shown) continue;
    if (shown.kind !== "frame" && shown.kind !== "widget" && shown.kind !== "chart") {
      groups.push({ kind: "page", at, shown, metadata: output.metadata });
      continue;
    }
    const item = itemOf(shown);
    const last = groups.at(-1);
    const html = item.kind === "html" ? item.content : "";
    const charts = dataOf(shown);
    if (last?.kind === "frame") {
      last.items.push(item);
      last.charts.push(...charts);
      last.html += html;
    } else groups.push({ kind: "frame", at, items: [item], html, charts });
  }
  return groups;
}

function dataOf(shown: Framed): ChartData[] {
  if (shown.kind === "chart") return [shown];
  const isBokeh = shown.kind === "frame" && shown.library === "bokeh";
  const document = isBokeh ? bokehDocument(shown.text) : null;
  return document ? [document] : [];
}

/** What a frame is told to show of an output. */
export function itemOf(shown: Framed): FrameItem {
  if (shown.kind === "widget") return { kind: "widget", content: shown.modelId };
  if (shown.kind === "chart") {
    return { kind: "chart", content: shown.json, library: shown.library };
  }
  const kind = shown.type === "text/html" ? "html" : "script";
  return { kind, content: shown.text, ...(shown.library ? { library: shown.library } : {}) };
}

/** The outputs that only bring scripts for others. */
export function preludesOf(groups: Group[]): string[] {
  return groups.flatMap((group) =>
    group.kind === "frame"
      ? group.items
          .filter(({ kind, content }) => kind === "html" && isPrelude(content))
          .map(({ content }) => content)
      : [],
  );
}
