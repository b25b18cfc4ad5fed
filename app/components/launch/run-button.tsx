"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "react-aria-components";
import { ApiError, send } from "../api.ts";
import { Icon, type IconName } from "../ui/icons.tsx";

interface Props {
  request: ({ doi: string } | { fork: string }) & { path?: string; app?: string };
  title: string;
  label?: string;
  icon?: IconName;
  className?: string;
}

/** One click from the paper to a running notebook. */
export function RunButton({
  request,
  title,
  label = "Run",
  icon = "play",
  className = "button-primary",
}: Props) {
  const router = useRouter();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();

  const run = async () => {
    setBusy(true);
    setError(undefined);
    try {
      const { id } = await send<{ id: string }>("POST", "/api/sessions", request);
      router.push(`/launch/${id}`);
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
        onPress={run}
        isDisabled={isBusy}
        aria-label={`${label}: ${title}`}
      >
        <Icon name={isBusy ? "turning" : icon} className={isBusy ? "spin" : ""} />
        {label}
      </Button>
      {error && (
        <span
          role="alert"
          className="popover absolute right-0 top-full z-30 mt-2 block w-72 p-3 text-sm"
        >
          <strong className="block text-bad">{error.message}</strong>
          {error.hint}
        </span>
      )}
    </span>
  );
}
