"use client";
import { useRef } from "react";
import { useGrowingFrame } from "./use-growing-frame.ts";

interface Props {
  src: string;
  title: string;
  height: number;
}

/** An HTML or JavaScript output in a frame of its own, opaque origin. It grows to the height that its content tells. */
export function FrameOutput({ src, title, height: expected }: Props) {
  const frame = useRef<HTMLIFrameElement>(null);
  const { height, tellTheme } = useGrowingFrame(frame, expected);
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
