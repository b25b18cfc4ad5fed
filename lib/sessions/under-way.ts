const starts = new Map<string, Promise<void>>();

/** Runs the start of a session, one after the other in this process: what the first has done, the second finds done. */
export async function oneStart(id: string, start: () => Promise<void>): Promise<void> {
  const before = starts.get(id);
  const mine = (async () => {
    await Promise.allSettled([before]);
    await start();
  })();
  starts.set(id, mine);
  try {
    await mine;
  } finally {
    if (starts.get(id) === mine) starts.delete(id);
  }
}

/** Resolves when this process is not starting that session (any more), however that went. */
export async function noStart(id: string): Promise<void> {
  await Promise.allSettled([starts.get(id)]);
}
