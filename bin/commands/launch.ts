import { Session } from "../cli/answers.ts";
import { type Command, CommandError, readArguments, type Streams } from "../cli/command.ts";
import { connect } from "../cli/connect.ts";
import type { Portal } from "../cli/portal.ts";
import { Progress } from "../cli/progress.ts";

const usage = `usage: colophon launch DOI [--path P] [--json]

Starts a session of a published version and prints its address, once it is ready.
  --path P  the file to open, for example analysis.ipynb
  --json    print the session as JSON instead`;

async function ready(portal: Portal, session: Session, streams: Streams): Promise<Session> {
  const progress = new Progress(streams);
  for await (const current of portal.follow(session.eventsUrl, Session)) {
    progress.update(current.message);
    if (current.state === "ready") {
      progress.done("Ready");
      return current;
    }
    if (current.state === "queued" || current.state === "starting") continue;
    const { failure } = current;
    throw new CommandError(failure?.message ?? current.message, {
      ...(failure?.hint ? { hint: failure.hint } : {}),
    });
  }
  throw new CommandError("The session did not get ready.");
}

/** The address that opens a session in a browser: its server's, with what to open and the token. */
export function openingUrl(session: Session, path: string | undefined): string {
  const url = new URL(session.url ?? "");
  const file = path?.split("/").map(encodeURIComponent).join("/");
  if (file) url.pathname += `lab/tree/${file}`;
  if (session.token) url.searchParams.set("token", session.token);
  return url.href;
}

/** Starts a session and waits until it is ready. */
export const launch: Command = {
  usage,
  async run(argv, streams) {
    const { values, positionals } = readArguments(
      argv,
      { path: { type: "string" }, json: { type: "boolean" } },
      ["DOI"],
    );
    const portal = connect(streams);
    const started = await portal.json("POST", "api/sessions", Session, {
      doi: positionals[0],
      ...(values.path === undefined ? {} : { path: values.path }),
    });
    const session = await ready(portal, started, streams);
    const opening = openingUrl(session, values.path);
    if (values.json) {
      const { id, state, url, token, expiresAt } = session;
      const result = { id, state, url, token, expiresAt, openUrl: opening };
      streams.out(`${JSON.stringify(result, null, 2)}\n`);
    } else streams.out(`${opening}\n`);
    return 0;
  },
};
