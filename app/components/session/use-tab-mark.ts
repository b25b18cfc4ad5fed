"use client";
import { useEffect } from "react";

export type TabMark = "working" | "idle" | "ending" | "over";

const words: Record<TabMark, string> = {
  working: "Working",
  idle: "",
  ending: "Ends soon",
  over: "Ended",
};

// A dot over the site's mark. Colours of their own: an icon in a tab stands on whatever the browser paints there.
const dots: Record<TabMark, string | null> = {
  working: "#1f5188",
  idle: null,
  ending: "#b7791f",
  over: "#6b7280",
};

function icon(mark: TabMark): string {
  const dot = dots[mark];
  const circle = dot
    ? `<circle cx="24" cy="24" r="8" fill="${dot}" stroke="#fdfcf9" stroke-width="2"/>`
    : "";
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="5" fill="#fdfcf9"/><path fill="#a32a14" d="M14 4h12v3h-2.5v21h-3V7h-3v21h-3V18.5A7.25 7.25 0 0 1 14 4z"/>${circle}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** Shows in the browser's tab how a session stands, by its title and icon, while the page is shown. */
export function useTabMark(mark: TabMark, title: string): void {
  useEffect(() => {
    document.title = [words[mark], title].filter(Boolean).join(" · ");
  }, [mark, title]);
  useEffect(() => {
    const link = document.querySelector<HTMLLinkElement>('link[rel~="icon"]');
    if (!link) return;
    const before = link.href;
    link.href = icon(mark);
    return () => {
      link.href = before;
    };
  }, [mark]);
}
