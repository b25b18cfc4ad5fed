"use client";
import { useEffect } from "react";
import type { LaunchState } from "./use-launch.ts";

const colours: Record<LaunchState["outcome"], string> = {
  "under way": "#1f5188",
  done: "#1c6738",
  failed: "#9c1030",
  stopped: "#555a63",
};
const signs: Record<LaunchState["outcome"], string> = {
  "under way": "…",
  done: "✓",
  failed: "✕",
  stopped: "–",
};

function drawn(outcome: LaunchState["outcome"]): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="5" fill="${colours[outcome]}"/><text x="16" y="23" text-anchor="middle" font-family="sans-serif" font-size="20" font-weight="bold" fill="#fff">${signs[outcome]}</text></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

/** Shows how a launch stands in the tab's icon, for who looks at another tab meanwhile. */
export function useStateIcon(outcome: LaunchState["outcome"]): void {
  useEffect(() => {
    const own = [...document.querySelectorAll<HTMLLinkElement>('link[rel~="icon"]')];
    const link = document.createElement("link");
    link.rel = "icon";
    link.href = drawn(outcome);
    for (const each of own) each.rel = "colophon-icon";
    document.head.append(link);
    return () => {
      link.remove();
      for (const each of own) each.rel = "icon";
    };
  }, [outcome]);
}
