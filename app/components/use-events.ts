"use client";
import { useEffect, useEffectEvent } from "react";

interface Handlers<T> {
  onMessage: (data: T) => void;
  /** Events with a name of their own, for example `log`. */
  named?: Record<string, (data: unknown) => void>;
  /** The stream cannot be had again: refused, or over. */
  onClosed?: () => void;
}

/** Follows a stream of server-sent events while the component is shown; null follows nothing. */
export function useEvents<T>(url: string | null, handlers: Handlers<T>): void {
  const message = useEffectEvent((event: MessageEvent<string>) =>
    handlers.onMessage(JSON.parse(event.data) as T),
  );
  const namedEvent = useEffectEvent((name: string, event: MessageEvent<string>) =>
    handlers.named?.[name]?.(JSON.parse(event.data)),
  );
  const closed = useEffectEvent(() => handlers.onClosed?.());
  const names = Object.keys(handlers.named ?? {}).join(",");

  useEffect(() => {
    if (!url) return;
    const source = new EventSource(url);
    source.onmessage = (event) => message(event);
    for (const name of names.split(",").filter(Boolean)) {
      source.addEventListener(name, (event) => namedEvent(name, event));
    }
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) closed();
    };
    return () => source.close();
  }, [url, names]);
}
