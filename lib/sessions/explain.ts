import { engine } from "./engine.ts";
import { upstreamToken } from "./identifiers.ts";

/** Why a session failed, for its page. */
export type Failure = {
  message: string;
  hint: string;
  /** The last lines of the server's log. */
  log?: string;
};

/** Thrown inside a start that cannot succeed, with what to tell. */
export class StartFailure extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.message);
    this.name = "StartFailure";
    this.failure = failure;
  }
}

const causes: { pattern: RegExp; message: string; hint: string }[] = [
  {
    pattern: /No space left on device/i,
    message: "The disk of the machine that runs notebooks is full.",
    hint: "Tell whoever runs this site.",
  },
  {
    pattern: /MemoryError|Cannot allocate memory/,
    message: "The notebook server had too little memory to start.",
    hint: "Ask whoever runs this site for a higher memory limit for sessions.",
  },
  {
    pattern: /\/opt\/colophon\/author\/start/,
    message: "The publication's own start script failed.",
    hint: "Its author should test the file `start`: it must end by running the command it is given.",
  },
  {
    pattern: /exec format error|no such file or directory.*serve/i,
    message: "The image cannot run a notebook server.",
    hint: "The environment's Dockerfile or start script may have replaced a part that Colophon needs.",
  },
];

/** The likely cause of a server that did not come up, from its log. The token is taken out. */
export async function explain(
  ref: string,
  token: string,
  how: "exited" | "timeout",
): Promise<Failure> {
  const status = await engine().inspect(ref);
  const raw = await engine().logs(ref, 40);
  const log = raw
    .replaceAll(upstreamToken(token), "[redacted]")
    .replaceAll(token, "[redacted]")
    .slice(-8_000);
  const withLog = log.trim() === "" ? {} : { log };
  if (status?.outOfMemory) {
    return {
      message: "The notebook server needed more memory than a session may have.",
      hint: "Ask whoever runs this site for a higher memory limit for sessions.",
      ...withLog,
    };
  }
  const known = causes.find(({ pattern }) => pattern.test(log));
  if (known) return { message: known.message, hint: known.hint, ...withLog };
  const code = status?.exitCode ?? null;
  return {
    message:
      how === "timeout"
        ? "The notebook server did not answer in time."
        : `The notebook server stopped while starting${code === null ? "" : ` (code ${code})`}.`,
    hint: "The last lines of its log may say why. Try again once; then look at the environment files.",
    ...withLog,
  };
}
