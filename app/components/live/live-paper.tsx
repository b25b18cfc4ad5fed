"use client";
import { createContext, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { LiveControls, type LivePaperFacts } from "./controls.ts";
import type { LiveState } from "./state.ts";
import { LiveStore } from "./store.ts";

const Context = createContext<LiveControls | null>(null);

/** Makes the paper inside it one that can be run in place. Until Run is pressed it is but print. */
export function LivePaper({
  paper,
  children,
}: {
  paper: LivePaperFacts;
  children: React.ReactNode;
}) {
  const [controls] = useState(() => new LiveControls(new LiveStore(), paper));
  useEffect(() => {
    const flush = () => void controls.engine?.flush();
    const onHidden = () => document.visibilityState === "hidden" && flush();
    const onLeave = (event: BeforeUnloadEvent) => {
      if (!controls.engine?.hasUnsaved) return;
      flush();
      event.preventDefault();
    };
    document.addEventListener("visibilitychange", onHidden);
    addEventListener("beforeunload", onLeave);
    return () => {
      document.removeEventListener("visibilitychange", onHidden);
      removeEventListener("beforeunload", onLeave);
      flush();
      controls.leave();
    };
  }, [controls]);
  return <Context value={controls}>{children}</Context>;
}

/** The controls of the paper around; null where it cannot be run. */
export function useLiveControls(): LiveControls | null {
  return useContext(Context);
}

/** What the page shows of its session now. */
export function useLiveState(controls: LiveControls): LiveState {
  const { store } = controls;
  return useSyncExternalStore(store.subscribe, store.state, store.state);
}

/** One part of what the page shows; a component that needs no more is drawn anew only when that changes. */
export function useLivePart<K extends keyof LiveState>(
  controls: LiveControls,
  part: K,
): LiveState[K] {
  const { store } = controls;
  const read = () => store.state()[part];
  return useSyncExternalStore(store.subscribe, read, read);
}
