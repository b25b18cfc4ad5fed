"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "react-aria-components";
import { ApiError, send } from "../api.ts";
import { Icon } from "../ui/icons.tsx";
import { forkAddress, rememberFork } from "./fork-marker.ts";

/** One click to a copy of one's own. Who is not signed in does that first; the fork then goes on by itself. */
export function ForkButton({ doi, isSignedIn }: { doi: string; isSignedIn: boolean }) {
  const router = useRouter();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();

  const signIn = () => {
    rememberFork({ doi });
    router.push(`/sign-in?next=${encodeURIComponent(forkAddress({ doi }))}`);
  };
  const fork = async () => {
    if (!isSignedIn) return signIn();
    setBusy(true);
    setError(undefined);
    try {
      const { id } = await send<{ id: string }>("POST", "/api/forks", { doi });
      router.push(`/drafts/${id}`);
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      setBusy(false);
      if (thrown.status === 401) return signIn();
      setError(thrown);
    }
  };

  return (
    <span className="relative">
      <Button className="button" onPress={fork} isDisabled={isBusy}>
        <Icon name={isBusy ? "turning" : "fork"} className={isBusy ? "spin" : ""} />
        Fork
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
