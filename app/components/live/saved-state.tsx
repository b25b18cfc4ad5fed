"use client";
import { Icon } from "../ui/icons.tsx";
import type { Saving } from "./state.ts";

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

/** Where the reader's changes are, in a few words. */
export function SavedState({ saving }: { saving: Saving }) {
  if (saving.state === "failed" || saving.state === "conflict") {
    return (
      <span className="state text-warn">
        <Icon name="warning" />
        Not saved
      </span>
    );
  }
  if (saving.state === "pending" || saving.state === "saving") {
    return <span className="state text-quiet">Saving</span>;
  }
  if (saving.at === null) return null;
  return (
    <span className="state text-quiet">
      <Icon name="check" />
      <span>
        Saved<span className="live-wide"> in your workspace</span> {clock.format(saving.at)}
      </span>
    </span>
  );
}
