"use client";
import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { Switch } from "react-aria-components";
import { useEvents } from "../use-events.ts";

/** Keeps the figures of the page fresh as things happen, unless that is switched off. */
export function LiveRefresh() {
  const router = useRouter();
  const [follows, setFollows] = useState(true);
  const [isVisible, setVisible] = useState(true);
  useEffect(() => {
    const look = () => setVisible(document.visibilityState === "visible");
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  useEvents(follows && isVisible ? "/api/admin/events" : null, {
    onMessage: () => router.refresh(),
  });
  return (
    <Switch isSelected={follows} onChange={setFollows} className="admin-switch">
      <span className="admin-switch-track" aria-hidden="true" />
      Follow changes
    </Switch>
  );
}
