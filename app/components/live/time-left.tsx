"use client";
import { useEffect, useState } from "react";
import { Button } from "react-aria-components";
import type { SessionView } from "#lib/sessions/index.ts";

interface Props {
  session: SessionView;
  onExtend: () => void;
}

/** How long the session still lasts, in minutes, and the way to more. */
export function TimeLeft({ session: { endsAt, endsBecause, canExtend }, onExtend }: Props) {
  const minutes = useMinutesUntil(endsAt);
  if (minutes === null) return null;
  const left = minutes < 1 ? "under a minute left" : `${formatMinutes(minutes)} left`;
  return (
    <span className="state text-quiet">
      <span className="tabular-nums">{endsBecause === "idle" ? `${left} if unused` : left}</span>
      {canExtend && (
        <Button className="button button-small button-quiet" onPress={onExtend}>
          Extend
        </Button>
      )}
    </span>
  );
}

function formatMinutes(minutes: number): string {
  if (minutes < 100) return `${minutes} min`;
  return `${Math.round(minutes / 60)} h`;
}

/** Whole minutes until a moment, kept up to date; null for none. */
export function useMinutesUntil(iso: string | null): number | null {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 15_000);
    return () => clearInterval(timer);
  }, []);
  return iso === null ? null : Math.max(0, Math.floor((Date.parse(iso) - now) / 60_000));
}
