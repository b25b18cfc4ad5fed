"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { ApiError, send } from "../api.ts";
import { ConfirmButton } from "../ui/confirm-button.tsx";

interface Props {
  publicationId: string;
  /** Shows a refusal where the page has a place for it; otherwise it stands beside the button. */
  onRefused?: (error: ApiError) => void;
  className?: string;
}

/** Throws a draft away, whatever state it is in. */
export function DeleteDraft({ publicationId, onRefused, className = "button-small" }: Props) {
  const router = useRouter();
  const [error, setError] = useState<ApiError>();
  const remove = async () => {
    try {
      await send("DELETE", `/api/publications/${publicationId}/draft`);
      router.push("/me");
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      (onRefused ?? setError)(thrown);
    }
  };
  return (
    <>
      <ConfirmButton
        label="Delete the draft"
        title="Delete this draft?"
        body="Its files and everything that was changed in its sessions are lost. Published versions stay."
        onConfirm={remove}
        className={className}
      />
      {error && (
        <span role="alert" className="text-sm text-bad">
          {error.message} {error.hint}
        </span>
      )}
    </>
  );
}
