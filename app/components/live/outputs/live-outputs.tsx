"use client";
import { useEffect, useMemo, useState } from "react";
import type { FrameItem } from "../../../frames/messages.ts";
import { ChartData } from "../../notebook/chart-data.tsx";
import { PlainOutput } from "../../notebook/plain-output.tsx";
import { wantsNetwork } from "../../notebook/render/bundle.ts";
import { expectedHeight } from "../../notebook/render/frame.ts";
import { isPrelude } from "../../notebook/render/prelude.ts";
import { type Group, groupOutputs, preludesOf } from "./group.ts";
import { LiveFrame } from "./live-frame.tsx";
import { LiveOutput } from "./live-output.tsx";
import type { LiveOutputsProps } from "./types.ts";

/** More outputs than this wait behind a button: a loop that draws must not stall the page. */
const most = 50;

/** What a live cell has given so far, shown as the published outputs are. */
export function LiveOutputs({ outputs, cellId, relay, caption, running }: LiveOutputsProps) {
  const [showsAll, setShowsAll] = useState(false);
  const groups = useMemo(() => groupOutputs(outputs), [outputs]);
  const preludes = useMemo(() => preludesOf(groups), [groups]);

  useEffect(() => {
    for (const html of preludes) relay?.share(cellId, html);
  }, [relay, cellId, preludes]);

  const shared = relay?.shared(cellId) ?? [];
  const shown = showsAll ? groups : groups.slice(0, most);
  return (
    <div className="live-outputs" aria-busy={running ?? false}>
      {shown.map((group) => {
        if (group.kind === "plain") return <PlainOutput key={group.at} output={group.output} />;
        return group.kind === "page" ? (
          <LiveOutput
            key={group.at}
            shown={group.shown}
            metadata={group.metadata}
            caption={caption}
            idPrefix={`${cellId}-${group.at}`}
          />
        ) : (
          <FrameGroup
            key={group.at}
            group={group}
            shared={shared}
            relay={relay}
            caption={caption}
          />
        );
      })}
      {groups.length > shown.length && (
        <button type="button" className="button" onClick={() => setShowsAll(true)}>
          Show all {groups.length} outputs
        </button>
      )}
    </div>
  );
}

interface FrameGroupProps {
  group: Extract<Group, { kind: "frame" }>;
  shared: string[];
  relay: LiveOutputsProps["relay"];
  caption: string;
}

/** Outputs that share a frame. One that only brings scripts for others shows nothing of its own. */
function FrameGroup({ group, shared, relay, caption }: FrameGroupProps) {
  // Outputs come anew with every message; the frame is told only when what it shows has changed.
  const items = useSame(group.items, isSameItem);
  const preludes = useSame(shared, (one, other) => one === other);
  const isControl = items.some(({ kind }) => kind === "widget");
  if (items.every(({ kind, content }) => kind === "html" && isPrelude(content))) return null;
  return (
    <>
      <LiveFrame
        items={items}
        preludes={preludes}
        relay={relay}
        title={`${isControl ? "Controls" : "Interactive output"}, ${caption}`}
        height={heightOf(group)}
      />
      {group.charts.map((chart, at) => (
        <ChartData key={at} json={chart.json} caption={caption} />
      ))}
      {wantsNetwork(group.html) && (
        <p className="hint">
          This output loads parts from the network, which are left out here. Open the notebook in
          JupyterLab to see it whole.
        </p>
      )}
    </>
  );
}

function heightOf({ items, charts, html }: FrameGroupProps["group"]): number {
  if (items.some(({ kind }) => kind === "widget")) return 60;
  const drawn = charts.reduce((sum, { height }) => sum + height, 0);
  return drawn > 0 ? drawn : expectedHeight(html);
}

function isSameItem(one: FrameItem, other: FrameItem): boolean {
  return one.kind === other.kind && one.content === other.content;
}

/** The very same list as long as it holds the same. */
function useSame<T>(list: T[], isSame: (one: T, other: T) => boolean): T[] {
  const [kept, setKept] = useState(list);
  const stays =
    kept.length === list.length && kept.every((each, at) => isSame(each, list[at] as T));
  if (stays) return kept;
  setKept(list);
  return list;
}
