"use client";
import { useEffect, useState } from "react";
import { Button } from "react-aria-components";
import { Icon } from "./icons.tsx";

interface Props {
  text: string;
  /** What is copied: "DOI", "citation". */
  what: string;
  className?: string;
  showLabel?: boolean;
}

/** Puts text on the clipboard and says so. */
export function CopyButton({ text, what, className = "", showLabel = false }: Props) {
  const [state, setState] = useState<"ready" | "copied" | "failed">("ready");
  useEffect(() => {
    if (state === "ready") return;
    const timer = setTimeout(() => setState("ready"), 2_000);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState("copied");
    } catch (error) {
      // Without permission or a secure origin there is no clipboard: the text stays there to select.
      if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
      setState("failed");
    }
  };
  const words = { ready: `Copy ${what}`, copied: "Copied", failed: "Select the text and copy it" };
  return (
    <>
      <Button
        className={`button button-quiet button-small ${className}`}
        aria-label={words[state]}
        onPress={copy}
      >
        <Icon name={state === "copied" ? "check" : "copy"} />
        {showLabel && (state === "ready" ? "Copy" : words[state])}
      </Button>
      <span className="sr-only" aria-live="polite">
        {state === "ready" ? "" : words[state]}
      </span>
    </>
  );
}
