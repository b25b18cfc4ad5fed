// A worker that is killed in the middle: starts the session given as its argument.
const { runStartSession } = await import("#lib/sessions/index.ts");

const sessionId = process.argv[2] ?? "";
await runStartSession({ sessionId }, { signal: new AbortController().signal, lastTry: true });

export {};
