const steps = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

/** Bytes in binary units, three figures at most: 1536 → "1.5 KiB". */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let step = 0;
  while (value >= 1023.5 && step < steps.length - 1) {
    value /= 1024;
    step += 1;
  }
  const digits = step === 0 || value >= 99.5 ? 0 : 1;
  return `${value.toFixed(digits).replace(/\.0$/, "")} ${steps[step]}`;
}

/** A count with its noun: (1, "fork") → "1 fork", (1200, "fork") → "1,200 forks". */
export function formatCount(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString("en-GB")} ${count === 1 ? noun : plural}`;
}

const absolute = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeZone: "UTC" });
const absoluteTime = new Intl.DateTimeFormat("en-GB", {
  dateStyle: "long",
  timeStyle: "short",
  timeZone: "UTC",
});

/** An ISO date as people write it: "22 November 2026"; with the time of day in UTC where asked. */
export function formatDate(iso: string, withTime = false): string {
  const date = new Date(iso);
  return withTime ? `${absoluteTime.format(date)} UTC` : absolute.format(date);
}

const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_556_952],
  ["month", 2_629_746],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const relative = new Intl.RelativeTimeFormat("en-GB", { numeric: "auto" });

/** How long ago or ahead: "3 days ago", "in 2 hours", "just now". */
export function formatRelative(iso: string, now = Date.now()): string {
  const seconds = (new Date(iso).getTime() - now) / 1000;
  const unit = units.find(([, size]) => Math.abs(seconds) >= size);
  return unit ? relative.format(Math.round(seconds / unit[1]), unit[0]) : "just now";
}

/** A measured duration as one tells it beforehand: 37 → "about 40 s", 150 → "about 3 minutes". */
export function formatRoughly(seconds: number): string {
  if (seconds < 95) return `about ${Math.max(10, Math.round(seconds / 10) * 10)} s`;
  return `about ${Math.round(seconds / 60)} minutes`;
}

/** Seconds as a clock shows them: 75 → "1:15". */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** Three names and what is left of them, as in a journal's contents. */
export function shortAuthors(names: string[], most = 3): string {
  const given = names.map(displayName);
  if (given.length <= most) return given.join(", ");
  return `${given.slice(0, most).join(", ")} and ${given.length - most} more`;
}

/** "Family, Given" as it is read aloud: "Given Family". */
export function displayName(name: string): string {
  const [family, given, ...rest] = name.split(",").map((part) => part.trim());
  return family && given && rest.length === 0 ? `${given} ${family}` : name;
}
