import { formatClock } from "../ui/format.ts";
import { Icon } from "../ui/icons.tsx";
import { type Phase, phases } from "./phases.ts";

interface Props {
  current: Phase;
  /** Stopped: ended by somebody before it was there. */
  outcome: "under way" | "done" | "failed" | "stopped";
  /** Seconds since the launch was asked for. */
  seconds: number;
  isBuilt: boolean;
}

/** The four phases in a row; the present one with its time. */
export function PhaseList({ current, outcome, seconds, isBuilt }: Props) {
  const at = phases.indexOf(current);
  return (
    <ol
      className="grid gap-px border-y border-rule sm:grid-cols-[1fr_1.5fr_1.3fr_0.7fr]"
      aria-label="Phases of the launch"
    >
      {phases.map((phase, index) => {
        const isPast = index < at || (index === at && outcome === "done");
        const isNow = index === at && outcome === "under way";
        const isFailed = index === at && outcome === "failed";
        const skipped = phase === "Building" && isPast && isBuilt;
        const tone = isFailed
          ? "text-bad"
          : isPast
            ? "text-good"
            : isNow
              ? "text-busy"
              : "text-quiet";
        return (
          <li
            key={phase}
            aria-current={isNow ? "step" : undefined}
            className={`flex items-center gap-2 py-3 ${tone}`}
          >
            {isFailed ? (
              <Icon name="stopped" />
            ) : index === at && outcome === "stopped" ? (
              <Icon name="cross" />
            ) : isPast ? (
              <Icon name="check" />
            ) : isNow ? (
              <Icon name="turning" className="spin" />
            ) : (
              <Icon name="clock" />
            )}
            <span className={isNow || isFailed ? "font-semibold" : ""}>{phase}</span>
            {skipped && <span className="text-quiet">not needed</span>}
            {isNow && <span className="tabular-nums text-quiet">{formatClock(seconds)}</span>}
          </li>
        );
      })}
    </ol>
  );
}
