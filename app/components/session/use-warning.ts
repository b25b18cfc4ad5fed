"use client";
import { useEffect, useEffectEvent, useState } from "react";
import type { SessionView } from "#lib/sessions/index.ts";

const lookEveryMs = 3_000;

interface Warning {
  /** The end is near, as the server has confirmed. */
  isNear: boolean;
  /** Whether the dialog is to be shown: near, and not waved away. */
  isOpen: boolean;
  dismiss: () => void;
}

/**
 * When to warn of a session's end. Use that the page does not see moves an idle end: it asks before it warns, and goes
 * on asking while it does. `onNear` is called once each time that the end comes near.
 */
export function useWarning(
  { state, warnFrom }: SessionView,
  now: number | null,
  refresh: () => Promise<void>,
  onNear: () => void,
): Warning {
  const [isAsked, setAsked] = useState(false);
  const [isDismissed, setDismissed] = useState(false);
  const isDue =
    state === "ready" && now !== null && warnFrom !== null && now >= Date.parse(warnFrom);
  const isNear = isDue && isAsked;
  const look = useEffectEvent(async (isGone: () => boolean) => {
    await refresh();
    if (!isGone()) setAsked(true);
  });
  const tell = useEffectEvent(onNear);

  useEffect(() => {
    if (!isDue) return;
    let gone = false;
    void look(() => gone);
    const timer = setInterval(() => void look(() => gone), lookEveryMs);
    return () => {
      gone = true;
      clearInterval(timer);
      setAsked(false);
      setDismissed(false);
    };
  }, [isDue]);
  useEffect(() => {
    if (isNear) tell();
  }, [isNear]);

  return { isNear, isOpen: isNear && !isDismissed, dismiss: () => setDismissed(true) };
}
