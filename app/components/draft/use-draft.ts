"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import type { VersionMetadata } from "#lib/archive/index.ts";
import { ApiError, send } from "../api.ts";

/** What became of the last change: nothing yet, on its way, kept, or refused. */
export type SaveState = "unchanged" | "saving" | "saved" | "failed";

/** A draft's metadata: what is on the page, what was refused and why. Every change is sent as one leaves its field. */
export function useDraft(publicationId: string, initial: VersionMetadata) {
  const router = useRouter();
  const [metadata, setMetadata] = useState(initial);
  const [kept, setKept] = useState(initial);
  const [state, setState] = useState<SaveState>("unchanged");
  const [errors, setErrors] = useState<Record<string, string>>({});

  const change = <K extends keyof VersionMetadata>(field: K, value: VersionMetadata[K]) =>
    setMetadata((before) => ({ ...before, [field]: value }));

  /** Sends one field if it has changed. `value` where the change is not yet on the page. */
  const save = async <K extends keyof VersionMetadata>(
    field: K,
    value: VersionMetadata[K] = metadata[field],
  ): Promise<void> => {
    if (JSON.stringify(value) === JSON.stringify(kept[field])) return clear(field);
    if (field === "title" && metadata.title.trim() === "") {
      setErrors((before) => ({ ...before, title: "A paper needs a title." }));
      return setState("failed");
    }
    setState("saving");
    try {
      await send("PUT", `/api/publications/${publicationId}/draft/metadata`, { [field]: value });
      setKept((before) => ({ ...before, [field]: value }));
      clear(field);
      setState("saved");
      // The title stands above, and what is still missing beside.
      router.refresh();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const named = Object.fromEntries(
        error.issues.map((issue) => [issue.field, sentence(issue.message)]),
      );
      setErrors((before) => ({
        ...before,
        ...(error.issues.length > 0 ? named : { [field]: error.message }),
      }));
      setState("failed");
    }
  };
  const clear = (field: string) =>
    setErrors((before) =>
      Object.fromEntries(
        Object.entries(before).filter(([name]) => name !== field && !name.startsWith(`${field}.`)),
      ),
    );

  return { metadata, change, save, state, errors };
}

/** "is not a DOI" as it stands below a field. */
function sentence(message: string): string {
  return message.startsWith("is ") ? `This ${message}.` : message;
}

export type Draft = ReturnType<typeof useDraft>;
