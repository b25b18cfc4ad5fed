/** Seconds until an end as the bar shows them: "5 h 58 min", "24 min", from ten minutes on a clock. */
export function formatLeft(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  if (whole < 600) return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** The same as one says it: "5 minutes", "1 minute", "40 seconds". */
export function sayLeft(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [count, unit] = whole < 60 ? [whole, "second"] : [Math.round(whole / 60), "minute"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "short" });

/** A moment of today as the person's clock shows it: "14:05". */
export function formatClockTime(iso: string): string {
  return clock.format(new Date(iso));
}
