import { isColophonError } from "#lib/errors.ts";
import { type Command, CommandError, type Streams, UsageError } from "./command.ts";

// Loaded when they are called: `colophon fork` needs neither Docker nor the database.
const commands: Record<string, { summary: string; load: () => Promise<Command> }> = {
  publish: {
    summary: "publish a folder or a repository; prints its DOI",
    load: async () => (await import("../commands/publish.ts")).publish,
  },
  build: {
    summary: "build the image that a folder declares; prints its tag",
    load: async () => (await import("../commands/build.ts")).build,
  },
  launch: {
    summary: "start a session of a DOI; prints its address",
    load: async () => (await import("../commands/launch.ts")).launch,
  },
  fork: {
    summary: "make a draft of your own from a DOI; prints its address",
    load: async () => (await import("../commands/fork.ts")).fork,
  },
  export: {
    summary: "download a version as one package",
    load: async () => (await import("../commands/export.ts")).exportPackage,
  },
  token: {
    summary: "make an API token, on the portal's own machine",
    load: async () => (await import("../commands/token.ts")).token,
  },
};

const overview = `usage: colophon COMMAND

${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(8)} ${summary}`)
  .join("\n")}

\`colophon COMMAND --help\` tells more. COLOPHON_URL says where the portal is, COLOPHON_TOKEN who you are.`;

function explain(error: unknown, usage: string, streams: Streams): number {
  if (error instanceof UsageError) {
    streams.err(`${error.message}\n\n${usage}\n`);
    return 2;
  }
  if (streams.signal.aborted) {
    streams.err("\nStopped.\n");
    return 130;
  }
  if (error instanceof CommandError || isColophonError(error)) {
    streams.err(`${error.message}\n${error.hint ? `${error.hint}\n` : ""}`);
    return 1;
  }
  streams.err(`${error instanceof Error ? error.message : String(error)}\n`);
  return 1;
}

/** Runs the command line; gives the exit code: 0 ok, 1 the thing failed, 2 bad usage. */
export async function main(argv: string[], streams: Streams): Promise<number> {
  const [name = "", ...rest] = argv;
  if (name === "" || name === "--help" || name === "-h" || name === "help") {
    (name === "" ? streams.err : streams.out)(`${overview}\n`);
    return name === "" ? 2 : 0;
  }
  const known = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!known) {
    streams.err(`There is no command "${name}".\n\n${overview}\n`);
    return 2;
  }
  const command = await known.load();
  if (rest.includes("--help") || rest.includes("-h")) {
    streams.out(`${command.usage}\n`);
    return 0;
  }
  try {
    return await command.run(rest, streams);
  } catch (error) {
    return explain(error, command.usage, streams);
  }
}
