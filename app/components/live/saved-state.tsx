"use client";
import { Icon } from "../ui/icons.tsx";
import type { LiveControls } from "./controls.ts";
import type { Saving } from "./state.ts";

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

/** Where the reader's changes are, in a few words. */
export function SavedState({ saving, controls }: { saving: Saving; controls: LiveControls }) {
  switch (saving.state) {
    case "clean":
      return saving.at === null ? null : (
        <span className="state text-quiet">
          <Icon name="check" />
          Saved in your workspace {clock.format(saving.at)}
        </span>
      );
    case "pending":
    case "saving":
      return <span className="state text-quiet">Saving</span>;
    case "failed":
      return (
        <span className="text-bad" role="alert">
          {saving.trouble.title}. {saving.trouble.hint}
        </span>
      );
    case "conflict":
      return (
        <span role="alert" className="flex flex-wrap items-center gap-2 text-warn">
          The same cell was changed in JupyterLab.
          <button
            type="button"
            className="button button-small"
            onClick={() => void controls.engine?.resolveConflict("mine")}
          >
            Keep mine
          </button>
          <button
            type="button"
            className="button button-small"
            onClick={() => void controls.engine?.resolveConflict("theirs")}
          >
            Take the other
          </button>
        </span>
      );
  }
}
