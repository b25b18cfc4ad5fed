import type { EnvironmentView } from "#lib/archive/index.ts";
import { Icon, type IconName } from "./icons.tsx";

const words: Record<EnvironmentView["state"], { icon: IconName; text: string; tone: string }> = {
  built: { icon: "bolt", text: "starts at once", tone: "text-good" },
  building: { icon: "turning", text: "preparing now", tone: "text-busy" },
  queued: { icon: "clock", text: "preparing soon", tone: "text-busy" },
  unbuilt: { icon: "clock", text: "about a minute to prepare", tone: "text-quiet" },
  cancelled: { icon: "clock", text: "about a minute to prepare", tone: "text-quiet" },
  failed: { icon: "stopped", text: "could not be prepared", tone: "text-bad" },
  none: { icon: "file", text: "nothing to run", tone: "text-quiet" },
};

/** How soon a paper runs, in words that need no knowledge of images. */
export function ImageState({ state }: { state: EnvironmentView["state"] }) {
  const { icon, text, tone } = words[state];
  return (
    <span className={`state ${tone}`}>
      <Icon name={icon} />
      {text}
    </span>
  );
}
