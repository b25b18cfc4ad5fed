import { type RefObject, useCallback, useEffect, useState } from "react";

const tallest = 4_000;
const lowest = 24;

function theme(): "dark" | "light" {
  const pinned = document.documentElement.dataset.theme;
  if (pinned === "dark" || pinned === "light") return pinned;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/**
 * Keeps a frame as high as its content says it is (bounded: the content is a stranger's) and tells it the page's theme.
 * Gives the height in pixels and what to call when the frame's document has loaded.
 */
export function useGrowingFrame(
  frame: RefObject<HTMLIFrameElement | null>,
  expected: number,
): { height: number; tellTheme: () => void } {
  const [height, setHeight] = useState(expected);

  const tellTheme = useCallback(
    () =>
      frame.current?.contentWindow?.postMessage({ type: "colophon:theme", theme: theme() }, "*"),
    [frame],
  );

  useEffect(() => {
    const listen = (event: MessageEvent) => {
      if (event.source !== frame.current?.contentWindow) return;
      const data: unknown = event.data;
      if (typeof data !== "object" || data === null || !("height" in data)) return;
      if (typeof data.height !== "number" || !Number.isFinite(data.height)) return;
      setHeight(Math.min(tallest, Math.max(lowest, data.height)));
    };
    addEventListener("message", listen);
    // A frame that was there before this script has told its height to nobody: hearing the theme, it tells it again.
    tellTheme();
    const changes = new MutationObserver(tellTheme);
    changes.observe(document.documentElement, {
      attributes: true,
      attributeFilter: ["data-theme"],
    });
    const system = matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", tellTheme);
    return () => {
      removeEventListener("message", listen);
      changes.disconnect();
      system.removeEventListener("change", tellTheme);
    };
  }, [frame, tellTheme]);

  return { height, tellTheme };
}
