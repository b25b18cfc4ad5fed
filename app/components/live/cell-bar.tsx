"use client";
import { useEffect, useState } from "react";
import { Button, Menu, MenuItem, MenuTrigger, Popover } from "react-aria-components";
import { Icon, type IconName } from "../ui/icons.tsx";
import type { LiveControls } from "./controls.ts";
import { compareDigests, digestOutputs, nothing } from "./digest.ts";
import type { PublishedCell } from "./live-cell.tsx";
import type { CellState, CellStatus } from "./state.ts";

interface Props {
  controls: LiveControls;
  name: string;
  cell: PublishedCell;
  state: CellState;
  /** There is something that it could run in. */
  isRunning: boolean;
}

const words: Record<CellStatus, { icon: IconName; text: string; tone: string } | null> = {
  idle: null,
  queued: { icon: "clock", text: "waiting", tone: "text-quiet" },
  running: { icon: "turning", text: "running", tone: "text-busy" },
  done: { icon: "check", text: "done", tone: "text-good" },
  failed: { icon: "stopped", text: "failed", tone: "text-bad" },
};

/** Below a cell's code: run it, how far it is, and whose output is shown. */
export function CellBar({ controls, name, cell, state, isRunning }: Props) {
  return (
    <div className="cell-bar no-print">
      {isRunning && <Ways controls={controls} name={name} number={cell.index + 1} />}
      <Progress state={state} />
      {state.isOwn && (cell.digest !== nothing || state.outputs.length > 0) && (
        <Whose controls={controls} name={name} cell={cell} state={state} />
      )}
    </div>
  );
}

interface WaysProps {
  controls: LiveControls;
  name: string;
  number: number;
}

function Ways({ controls, name, number }: WaysProps) {
  return (
    <>
      <Button
        className="button button-small button-quiet"
        onPress={() => controls.runPart(name, "only")}
        aria-label={`Run cell ${number}`}
      >
        <Icon name="play" />
        Run
      </Button>
      <MenuTrigger>
        <Button
          className="button button-small button-quiet"
          aria-label={`More ways to run, cell ${number}`}
        >
          <Icon name="down" />
        </Button>
        <Popover placement="bottom start">
          <Menu
            className="popover"
            onAction={(action) => {
              if (action === "all") controls.runAll();
              else controls.runPart(name, action === "above" ? "above" : "from");
            }}
          >
            <MenuItem id="above" className="menu-item">
              Run all above
            </MenuItem>
            <MenuItem id="from" className="menu-item">
              Run this and all below
            </MenuItem>
            <MenuItem id="all" className="menu-item">
              Run all
            </MenuItem>
          </Menu>
        </Popover>
      </MenuTrigger>
    </>
  );
}

function Progress({ state: { status, startedAt, seconds } }: { state: CellState }) {
  const word = words[status];
  if (!word) return null;
  return (
    <span className={`state ${word.tone}`}>
      <Icon name={word.icon} className={status === "running" ? "spin" : ""} />
      {word.text}
      {status === "running" && startedAt !== null && <Ticking since={startedAt} />}
      {(status === "done" || status === "failed") && seconds !== null && seconds >= 0.1 && (
        <span className="tabular-nums text-quiet">{formatSeconds(seconds)}</span>
      )}
    </span>
  );
}

function Ticking({ since }: { since: number }) {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((Date.now() - since) / 1000), 250);
    return () => clearInterval(timer);
  }, [since]);
  return seconds >= 1 ? (
    <span className="tabular-nums text-quiet">{Math.floor(seconds)} s</span>
  ) : null;
}

function formatSeconds(seconds: number): string {
  if (seconds >= 100) return `${Math.round(seconds / 60)} min`;
  return `${seconds >= 9.95 ? Math.round(seconds) : seconds.toFixed(1)} s`;
}

/** The published output or the reader's own, and whether they agree. */
function Whose({ controls, name, cell, state }: Omit<Props, "isRunning">) {
  const isSettled = state.status === "done" || state.status === "idle";
  const mark = isSettled ? compareDigests(cell.digest, digestOutputs(state.outputs)) : null;
  const show = (showing: "published" | "yours") => controls.store.setCell(name, { showing });
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms */}
      <span
        className="live-whose"
        role="group"
        aria-label={`Which output of cell ${cell.index + 1}`}
      >
        {(["published", "yours"] as const).map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={state.showing === each}
            onClick={() => show(each)}
          >
            {each === "published" ? "Published" : "Yours"}
          </button>
        ))}
      </span>
      {mark && (
        <span className={`state ${mark.same ? "text-good" : "text-quiet"}`}>
          <Icon name={mark.same ? "check" : "info"} />
          {mark.words}
        </span>
      )}
    </>
  );
}
