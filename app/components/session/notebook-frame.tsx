"use client";
import { useEffect, useState } from "react";
import { Button } from "react-aria-components";
import { Icon } from "../ui/icons.tsx";
import type { Lab } from "./use-lab.ts";

// Until the notebook speaks: a slow machine with a cold cache included. Not counted from the frame's load, of which
// nobody may have heard: it can be over before this page's scripts run.
const speaksWithinMs = 20_000;

interface Props {
  url: string;
  title: string;
  lab: Lab;
  /** Whether it will say how it stands; other applications do not. */
  speaks: boolean;
}

/** The running notebook, filling what is left of the page. Where it does not show itself, the page offers another way. */
export function NotebookFrame({ url, title, lab, speaks }: Props) {
  const [isSilent, setSilent] = useState(false);
  const [isDismissed, setDismissed] = useState(false);
  const hasSpoken = lab.state !== null;
  useEffect(() => {
    if (!speaks || hasSpoken) return;
    const timer = setTimeout(() => setSilent(true), speaksWithinMs);
    return () => clearTimeout(timer);
  }, [speaks, hasSpoken]);

  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      {isSilent && !hasSpoken && !isDismissed && (
        <div role="status" className="notice notice-warn">
          <Icon name="warning" />
          <p className="font-semibold">Do you see no notebook here?</p>
          <p className="text-sm">
            Some browsers keep it from working inside another page. It works in a tab of its own:{" "}
            <a href={url} target="_blank" rel="noreferrer">
              open the notebook there
            </a>
            . This page keeps the time meanwhile.{" "}
            <Button className="button button-quiet button-small" onPress={() => setDismissed(true)}>
              I see it
            </Button>
          </p>
        </div>
      )}
      <iframe
        ref={lab.frame}
        src={url}
        title={title}
        className="min-h-0 w-full flex-1 border-0 bg-white"
        // It runs anybody's code: it may do what a notebook needs, but not lead this page elsewhere.
        sandbox="allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads allow-modals allow-pointer-lock"
        allow="clipboard-read; clipboard-write; fullscreen"
      />
    </div>
  );
}
