"use client";
import { useCallback, useEffect, useState } from "react";
import type { BinderEvent } from "#lib/binder/index.ts";
import type { Phase } from "../launch/phases.ts";

const longestLog = 2_000_000;

/** A launch as its page shows it. */
export interface LaunchState {
  phase: Phase;
  outcome: "under way" | "done" | "failed" | "stopped";
  /** What happens now, in words. */
  message: string;
  log: string;
  buildId: string | null;
  wasBuilt: boolean;
  ready: BinderEvent | null;
  failure: { message: string; hint: string | null } | null;
}

const beginning: LaunchState = {
  phase: "Preparing",
  outcome: "under way",
  message: "Asking for the launch",
  log: "",
  buildId: null,
  wasBuilt: false,
  ready: null,
  failure: null,
};

const phaseOf: Record<string, Phase> = {
  waiting: "Preparing",
  fetching: "Preparing",
  building: "Building",
  built: "Starting",
  launching: "Starting",
  ready: "Ready",
};

/** The state of a launch after one more event. */
export function afterEvent(state: LaunchState, event: BinderEvent): LaunchState {
  const message = event.message.trim();
  const buildId = event.build_id ?? state.buildId;
  if (event.phase === "building" || event.phase === undefined) {
    const log = (state.log + event.message).slice(-longestLog);
    return {
      ...state,
      phase: "Building",
      message: "Preparing the environment",
      log,
      buildId,
      wasBuilt: true,
    };
  }
  if (event.phase === "failed") {
    const hint = event.hint ?? null;
    const failure = { message: hint ? message.replace(hint, "").trim() : message, hint };
    return { ...state, outcome: "failed", failure };
  }
  if (event.phase === "ready") {
    return { ...state, phase: "Ready", outcome: "done", message: "Ready", ready: event };
  }
  const isBack = state.phase === "Starting" && event.phase === "waiting";
  const phase = isBack ? "Starting" : (phaseOf[event.phase] ?? state.phase);
  const isQueuedBuild = event.build_id !== undefined;
  return { ...state, phase: isQueuedBuild ? "Building" : phase, message, buildId };
}

/**
 * Launches by the Binder API as soon as the page is shown, once: a lost connection is an end, since asking again would
 * launch again. Gives the state, and what stops it.
 */
export function useLaunch(url: string): { state: LaunchState; stop: () => void } {
  const [state, setState] = useState(beginning);
  const [source, setSource] = useState<EventSource>();

  useEffect(() => {
    const events = new EventSource(url);
    setSource(events);
    setState(beginning);
    events.onmessage = ({ data }: MessageEvent<string>) => {
      const event = JSON.parse(data) as BinderEvent;
      setState((before) => afterEvent(before, event));
      if (event.phase === "failed" || event.phase === "ready") events.close();
    };
    events.onerror = () => {
      events.close();
      setState((before) =>
        before.outcome === "under way"
          ? {
              ...before,
              outcome: "failed",
              failure: {
                message: "The connection to the archive was lost.",
                hint: "What had begun was put away. Launch it again.",
              },
            }
          : before,
      );
    };
    return () => events.close();
  }, [url]);

  const stop = useCallback(() => {
    source?.close();
    setState((before) => ({ ...before, outcome: "stopped", message: "Cancelled" }));
  }, [source]);
  return { state, stop };
}
