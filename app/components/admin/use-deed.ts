"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { ApiError, send } from "../api.ts";

/** Something that an administrator does: asks the API, then shows the page anew. */
export interface Deed {
  isBusy: boolean;
  error: ApiError | undefined;
  /** Gives the answer, or undefined where it was refused: then `error` says why. */
  run: <T>(method: string, path: string, body?: unknown) => Promise<T | undefined>;
}

/** Does things through the API, one at a time. */
export function useDeed(): Deed {
  const router = useRouter();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError>();
  const run = async <T>(method: string, path: string, body?: unknown): Promise<T | undefined> => {
    setBusy(true);
    setError(undefined);
    try {
      const answer = await send<T>(method, path, body);
      router.refresh();
      return answer;
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      setError(thrown);
      return undefined;
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, error, run };
}
