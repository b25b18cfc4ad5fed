/** One event of the Binder API, as any client gets it. */
export interface LaunchEvent {
  phase?: string;
  message: string;
  status_code?: number;
  imageName?: string;
  url?: string;
  token?: string;
  image?: string;
  repo_url?: string;
  binder_ref_url?: string;
  binder_launch_host?: string;
  binder_request?: string;
  binder_persistent_request?: string;
  session_id?: string;
}

/** A launch as a program sees it. */
export interface FollowedLaunch {
  status: number;
  headers: Headers;
  events: LaunchEvent[];
  /** The phases in their order, each once. */
  phases: string[];
  last: LaunchEvent;
}

/**
 * Asks the Binder API below `base` for `<provider>/<spec>` and reads its events until `until` says so; by default until
 * the launch is ready or has failed. Then hangs up.
 */
export async function followLaunch(
  base: string,
  spec: string,
  options: { until?: (event: LaunchEvent) => boolean; headers?: Record<string, string> } = {},
): Promise<FollowedLaunch> {
  const { until = ({ phase }) => phase === "ready" || phase === "failed" } = options;
  const hangUp = new AbortController();
  const signal = AbortSignal.any([hangUp.signal, AbortSignal.timeout(300_000)]);
  const response = await fetch(`${base}/build/${spec}`, {
    headers: { accept: "text/event-stream", ...options.headers },
    signal,
  });
  const events: LaunchEvent[] = [];
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    const parts = text.split("\n\n");
    text = parts.pop() ?? "";
    for (const part of parts) {
      const data = part.split("\n").find((line) => line.startsWith("data: "));
      if (data) events.push(JSON.parse(data.slice("data: ".length)));
    }
    if (events.some(until)) break;
  }
  hangUp.abort();
  const last = events.at(-1);
  if (!last) throw new Error(`no event, status ${response.status}`);
  return {
    status: response.status,
    headers: response.headers,
    events,
    phases: [...new Set(events.flatMap(({ phase }) => phase ?? []))],
    last,
  };
}
