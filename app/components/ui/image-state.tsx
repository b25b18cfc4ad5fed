import type { EnvironmentView } from "#lib/archive/index.ts";
import { usualBuild } from "../../reading.ts";
import { formatRoughly } from "./format.ts";
import { Icon, type IconName } from "./icons.tsx";

type State = EnvironmentView["state"];

const words: Record<State, { icon: IconName; text: string; tone: string }> = {
  built: { icon: "bolt", text: "starts at once", tone: "text-good" },
  building: { icon: "turning", text: "preparing now", tone: "text-busy" },
  queued: { icon: "clock", text: "preparing soon", tone: "text-busy" },
  unbuilt: { icon: "clock", text: "prepared at the first run", tone: "text-quiet" },
  cancelled: { icon: "clock", text: "prepared at the next run", tone: "text-quiet" },
  failed: { icon: "stopped", text: "could not be prepared", tone: "text-bad" },
  none: { icon: "file", text: "nothing to run", tone: "text-quiet" },
};

/** How soon a paper runs, in words that need no knowledge of images; a time only where this archive has measured one. */
export async function ImageState({ state }: { state: State }) {
  const { icon, text, tone } = words[state];
  const seconds = state === "unbuilt" || state === "cancelled" ? await usualBuild() : null;
  return (
    <span className={`state ${tone}`}>
      <Icon name={icon} />
      {seconds === null ? text : `${formatRoughly(seconds)} to prepare`}
    </span>
  );
}
