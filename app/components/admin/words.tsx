import type { OperatorSession } from "#lib/operator/index.ts";
import { Icon, type IconName } from "../ui/icons.tsx";

type Tone = { icon: IconName; text: string; tone: string };

const sessionWords: Record<OperatorSession["state"], Tone> = {
  queued: { icon: "clock", text: "waiting", tone: "text-busy" },
  starting: { icon: "turning", text: "starting", tone: "text-busy" },
  ready: { icon: "play", text: "running", tone: "text-good" },
  stopping: { icon: "turning", text: "ending", tone: "text-quiet" },
  ended: { icon: "check", text: "ended", tone: "text-quiet" },
  failed: { icon: "stopped", text: "failed", tone: "text-bad" },
};

const buildWords: Record<string, Tone> = {
  queued: { icon: "clock", text: "waiting", tone: "text-busy" },
  building: { icon: "turning", text: "building", tone: "text-busy" },
  built: { icon: "check", text: "built", tone: "text-good" },
  failed: { icon: "stopped", text: "failed", tone: "text-bad" },
  cancelled: { icon: "cross", text: "cancelled", tone: "text-quiet" },
};

const jobWords: Record<string, Tone> = {
  waiting: { icon: "clock", text: "waiting", tone: "text-busy" },
  active: { icon: "turning", text: "under way", tone: "text-busy" },
  failed: { icon: "stopped", text: "failed", tone: "text-bad" },
  done: { icon: "check", text: "done", tone: "text-good" },
  cancelled: { icon: "cross", text: "cancelled", tone: "text-quiet" },
};

const kinds = { session: sessionWords, build: buildWords, job: jobWords };

/** A state with an icon, a word and a colour. */
export function State({ of, state }: { of: keyof typeof kinds; state: string }) {
  const words: Record<string, Tone> = kinds[of];
  const { icon, text, tone } = words[state] ?? { icon: "info", text: state, tone: "text-quiet" };
  return (
    <span className={`state ${tone}`}>
      <Icon name={icon} />
      {text}
    </span>
  );
}
