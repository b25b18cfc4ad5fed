"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "react-aria-components";
import type { SessionView } from "#lib/sessions/index.ts";
import { ApiError, send } from "../api.ts";
import { Icon } from "../ui/icons.tsx";

interface Props {
  /** Of the session whose workspace is taken up. */
  id: string;
  title: string;
  label?: string;
  className?: string;
}

/** Goes on with what was changed in an ended session. */
export function ResumeButton({ id, title, label = "Resume", className = "button-primary" }: Props) {
  const router = useRouter();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  const resume = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const session = await send<SessionView>("POST", `/api/sessions/${id}/resume`);
      router.push(`/session/${session.id}`);
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      setError(thrown);
      setBusy(false);
    }
  };
  return (
    <span className="relative">
      <Button
        className={`button ${className}`}
        onPress={resume}
        isDisabled={isBusy}
        aria-label={`${label}: ${title}`}
      >
        <Icon name={isBusy ? "turning" : "play"} className={isBusy ? "spin" : ""} />
        {label}
      </Button>
      {error && (
        <span
          role="alert"
          className="popover absolute left-0 top-full z-30 mt-2 block w-72 p-3 text-sm"
        >
          <strong className="block text-bad">{error.message}</strong>
          {error.hint}
        </span>
      )}
    </span>
  );
}
