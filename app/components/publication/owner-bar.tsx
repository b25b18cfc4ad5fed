"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "react-aria-components";
import { ApiError, send } from "../api.ts";
import { ConfirmButton } from "../ui/confirm-button.tsx";
import { Notice } from "../ui/notice.tsx";
import { TextInput } from "../ui/text-input.tsx";

interface Props {
  publicationId: string;
  number: number;
  hasDraft: boolean;
}

/** What its owner can do with a published version: go on with a new one, or withdraw it. */
export function OwnerBar({ publicationId, number, hasDraft }: Props) {
  const router = useRouter();
  const [reason, setReason] = useState("");
  const [error, setError] = useState<ApiError>();

  const attempt = async (action: () => Promise<void>) => {
    setError(undefined);
    try {
      await action();
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      setError(thrown);
    }
  };
  const begin = () =>
    attempt(async () => {
      await send("POST", `/api/publications/${publicationId}/versions`);
      router.push(`/drafts/${publicationId}`);
    });
  const withdraw = () =>
    attempt(async () => {
      const text = reason.trim() || "Withdrawn by its owner";
      await send("POST", `/api/publications/${publicationId}/versions/${number}/withdraw`, {
        reason: text,
      });
      router.refresh();
    });

  return (
    <div className="no-print wrap grid gap-3 pt-5">
      <div className="flex flex-wrap items-center gap-3 text-sm">
        <span className="text-quiet">This paper is yours.</span>
        {!hasDraft && (
          <Button className="button button-small" onPress={begin}>
            Begin a new version
          </Button>
        )}
        <ConfirmButton
          label="Withdraw"
          title={`Withdraw version ${number}?`}
          body={
            <>
              <p>
                Its files are no longer shown or run. Its DOI keeps leading here, to a page that
                says why. This cannot be undone.
              </p>
              <TextInput
                label="Reason"
                value={reason}
                onChange={setReason}
                maxLength={2000}
                isRequired
              />
            </>
          }
          onConfirm={withdraw}
          className="button-quiet button-small"
        />
      </div>
      {error && (
        <Notice tone="bad" title={error.message} announce>
          {error.hint && <p>{error.hint}</p>}
        </Notice>
      )}
    </div>
  );
}
