"use client";
import { useRouter } from "next/navigation";
import { useCallback, useEffect, useState } from "react";
import { Button } from "react-aria-components";
import { ApiError, send } from "../api.ts";
import { Icon } from "../ui/icons.tsx";
import { Notice } from "../ui/notice.tsx";
import { type ForkRequest, takeFork } from "./fork-marker.ts";

function ask(request: ForkRequest): Promise<{ id: string }> {
  return "doi" in request
    ? send("POST", "/api/forks", { doi: request.doi })
    : send("POST", `/api/sessions/${request.session}/save`);
}

/** Forks at once where this tab asked for it; otherwise at the press of a button. */
export function CompleteFork({ request }: { request: ForkRequest }) {
  const router = useRouter();
  const [state, setState] = useState<"asking" | "working">("working");
  const [error, setError] = useState<ApiError>();

  const fork = useCallback(async () => {
    setState("working");
    setError(undefined);
    try {
      const { id } = await ask(request);
      router.replace(`/drafts/${id}`);
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      setError(thrown);
      setState("asking");
    }
  }, [request, router]);
  useEffect(() => {
    if (takeFork(request)) void fork();
    else setState((now) => (now === "working" ? "asking" : now));
  }, []);

  return (
    <div className="grid justify-items-start gap-4">
      <p>
        A fork is a draft of your own: change it, run it, publish it. Nothing is copied until you
        change it.
      </p>
      {error && (
        <Notice tone="bad" title={error.message} announce>
          {error.hint && <p>{error.hint}</p>}
        </Notice>
      )}
      <Button className="button button-primary" onPress={fork} isDisabled={state === "working"}>
        <Icon
          name={state === "working" ? "turning" : "fork"}
          className={state === "working" ? "spin" : ""}
        />
        {state === "working" ? "Forking" : "Fork"}
      </Button>
    </div>
  );
}
