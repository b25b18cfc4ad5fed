const starts = new Map<string, Promise<void>>();

/** Runs the start of a session, once at a time in this process: a second call only waits for the first. */
export async function oneStart(id: string, start: () => Promise<void>): Promise<void> {
  const running = starts.get(id);
  if (running) return await running;
  const mine = start().finally(() => starts.delete(id));
  starts.set(id, mine);
  await mine;
}

/** Resolves when this process is not starting that session (any more), however that went. */
export async function noStart(id: string): Promise<void> {
  await Promise.allSettled([starts.get(id)]);
}
