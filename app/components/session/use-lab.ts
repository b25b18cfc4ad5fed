"use client";
import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { type LabState, readLabMessage, saveRequest } from "./lab-messages.ts";

const answersWithinMs = 3_000;

/** The notebook in the frame: what it says of itself, and the way to have it save. */
export interface Lab {
  frame: RefObject<HTMLIFrameElement | null>;
  /** Null until it has spoken. */
  state: LabState | null;
  /** Resolves when everything is saved, or when it does not answer in time. */
  save: () => Promise<void>;
}

/** Talks with the notebook in a frame, and with nothing but its very origin. */
export function useLab(url: string | null): Lab {
  const frame = useRef<HTMLIFrameElement>(null);
  const [state, setState] = useState<LabState | null>(null);
  const waiting = useRef(new Set<() => void>());
  const origin = url === null ? null : new URL(url).origin;

  useEffect(() => {
    const hear = (event: MessageEvent) => {
      if (event.origin !== origin || event.source !== frame.current?.contentWindow) return;
      const said = readLabMessage(event.data);
      if (!said) return;
      setState(said);
      if (!said.dirty) for (const done of waiting.current) done();
    };
    addEventListener("message", hear);
    return () => removeEventListener("message", hear);
  }, [origin]);

  const save = useCallback(async () => {
    const target = frame.current?.contentWindow;
    if (!target || origin === null) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        waiting.current.delete(done);
        resolve();
      };
      const timer = setTimeout(done, answersWithinMs);
      waiting.current.add(done);
      target.postMessage(saveRequest, origin);
    });
  }, [origin]);

  return { frame, state, save };
}
