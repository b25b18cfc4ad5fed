"use client";
import { useEffect } from "react";
import { Button } from "react-aria-components";
import { Icon } from "../ui/icons.tsx";
import type { LiveControls } from "./controls.ts";
import { useLiveControls, useLiveState } from "./live-paper.tsx";

/** Run: makes the very page live. Its code is loaded before it is wanted, once the page has nothing else to do. */
export function LiveRun({ title }: { title: string }) {
  const controls = useLiveControls();
  return controls && <Run controls={controls} title={title} />;
}

function Run({ controls, title }: { controls: LiveControls; title: string }) {
  const { phase, round, kernel } = useLiveState(controls);
  useEffect(() => whenIdle(() => void controls.preload()), [controls]);
  const isBusy = phase === "starting" || phase === "attaching";
  const isRunning = phase === "live" && (round !== null || kernel === "busy");
  const press = () => {
    if (isBusy) return;
    if (isRunning) void controls.interrupt();
    else if (phase === "live") controls.runAll();
    else void controls.start();
  };
  // One button all along: who pressed it with the keyboard stays where they are.
  return (
    <Button
      className="button button-primary"
      onPress={press}
      onHoverStart={() => void controls.preload()}
      onFocus={() => void controls.preload()}
      aria-disabled={isBusy}
      aria-label={phase === "live" ? undefined : `Run: ${title}`}
    >
      <Icon
        name={isBusy ? "turning" : isRunning ? "stopped" : "play"}
        className={isBusy ? "spin" : ""}
      />
      {isRunning ? "Interrupt" : phase === "live" ? "Run all" : "Run"}
    </Button>
  );
}

/** Calls back once the browser has nothing better to do; gives what calls it off. Data savers are respected. */
function whenIdle(callback: () => void): () => void {
  const connection: unknown = "connection" in navigator ? navigator.connection : undefined;
  if (typeof connection === "object" && connection && "saveData" in connection) {
    if (connection.saveData === true) return () => undefined;
  }
  if (!("requestIdleCallback" in window)) {
    const timer = setTimeout(callback, 2_000);
    return () => clearTimeout(timer);
  }
  const handle = requestIdleCallback(callback, { timeout: 8_000 });
  return () => cancelIdleCallback(handle);
}
