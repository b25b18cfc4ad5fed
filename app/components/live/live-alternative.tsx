"use client";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { Button } from "react-aria-components";
import { send } from "../api.ts";
import { forkAddress, rememberFork } from "../launch/fork-marker.ts";
import { Icon } from "../ui/icons.tsx";
import type { LiveControls } from "./controls.ts";
import { useLiveControls, useLiveState } from "./live-paper.tsx";

/** Shown while the paper is but print: what it says of starting is of no more use once it runs. */
export function WhilePaper({ children }: { children: React.ReactNode }) {
  const controls = useLiveControls();
  return controls ? <Hidden controls={controls}>{children}</Hidden> : children;
}

function Hidden({ controls, children }: { controls: LiveControls; children: React.ReactNode }) {
  const { phase } = useLiveState(controls);
  return phase === "paper" || phase === "failed" || phase === "over" ? children : null;
}

/** Fork, for print; for a paper that runs, a fork that takes along what was changed. */
export function ForkOrSave({ children }: { children: React.ReactNode }) {
  const controls = useLiveControls();
  return controls ? <Either controls={controls}>{children}</Either> : children;
}

function Either({ controls, children }: { controls: LiveControls; children: React.ReactNode }) {
  const router = useRouter();
  const { phase, session } = useLiveState(controls);
  const [isBusy, setBusy] = useState(false);
  if (phase !== "live" || !session) return children;

  const save = async () => {
    await controls.engine?.flush();
    if (!controls.paper.isSignedIn) {
      rememberFork({ session: session.id });
      router.push(`/sign-in?next=${encodeURIComponent(forkAddress({ session: session.id }))}`);
      return;
    }
    setBusy(true);
    await controls.guard(async () => {
      const { id } = await send<{ id: string }>("POST", `/api/sessions/${session.id}/save`);
      router.push(`/drafts/${id}`);
    });
    setBusy(false);
  };
  return (
    <Button className="button" onPress={() => void save()} isDisabled={isBusy}>
      <Icon name={isBusy ? "turning" : "fork"} className={isBusy ? "spin" : ""} />
      Save as fork
    </Button>
  );
}
