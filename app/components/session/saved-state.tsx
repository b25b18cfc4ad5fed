import { Icon } from "../ui/icons.tsx";
import type { LabState } from "./lab-messages.ts";
import { formatClockTime } from "./time-left.ts";

/** Whether what one did is kept, in a word or two. */
export function SavedState({ lab, isFull }: { lab: LabState | null; isFull: boolean }) {
  const { icon, text, tone } = stateOf(lab, isFull);
  return (
    <span className={`state text-[0.8125rem] ${tone}`}>
      <Icon name={icon} />
      {text}
    </span>
  );
}

function stateOf(lab: LabState | null, isFull: boolean) {
  if (isFull) return { icon: "warning", text: "No room to save", tone: "text-warn" } as const;
  if (!lab) return { icon: "info", text: "Saves by itself", tone: "text-quiet" } as const;
  if (lab.dirty) return { icon: "clock", text: "Not saved yet", tone: "text-busy" } as const;
  if (!lab.savedAt) return { icon: "check", text: "Nothing to save", tone: "text-quiet" } as const;
  const text = `Saved ${formatClockTime(lab.savedAt)}`;
  return { icon: "check", text, tone: "text-good" } as const;
}
