"use client";
import { useCallback, useEffect, useRef, useState } from "react";

interface Props {
  src: string;
  title: string;
  height: number;
}

function theme(): "dark" | "light" {
  const pinned = document.documentElement.dataset.theme;
  if (pinned === "dark" || pinned === "light") return pinned;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** An HTML or JavaScript output in a frame of its own, opaque origin. It grows to the height that its content tells. */
export function FrameOutput({ src, title, height: expected }: Props) {
  const frame = useRef<HTMLIFrameElement>(null);
  const [height, setHeight] = useState(expected);

  const tellTheme = useCallback(
    () =>
      frame.current?.contentWindow?.postMessage({ type: "colophon:theme", theme: theme() }, "*"),
    [],
  );

  useEffect(() => {
    const listen = (event: MessageEvent) => {
      if (event.source !== frame.current?.contentWindow) return;
      const data: unknown = event.data;
      if (typeof data !== "object" || data === null || !("height" in data)) return;
      if (typeof data.height !== "number" || !Number.isFinite(data.height)) return;
      setHeight(Math.min(4_000, Math.max(24, data.height)));
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
  }, [tellTheme]);

  return (
    <iframe
      ref={frame}
      className="output-frame"
      src={src}
      title={title}
      sandbox="allow-scripts"
      loading="lazy"
      onLoad={tellTheme}
      style={{ height }}
    />
  );
}
