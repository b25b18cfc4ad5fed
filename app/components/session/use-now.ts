"use client";
import { useEffect, useState } from "react";

// A clock that is this far off is wrong, not slow to load the page.
const wrongFromMs = 5_000;

/**
 * The server's time in milliseconds, each second anew; null until the page is alive, so that server and browser agree.
 * `serverNow`: what the server's clock said when it made the page.
 */
export function useNow(serverNow: string): number | null {
  const [now, setNow] = useState<number | null>(null);
  useEffect(() => {
    const off = Date.parse(serverNow) - Date.now();
    const correction = Math.abs(off) > wrongFromMs ? off : 0;
    const tick = () => setNow(Date.now() + correction);
    tick();
    const timer = setInterval(tick, 1_000);
    return () => clearInterval(timer);
  }, [serverNow]);
  return now;
}
