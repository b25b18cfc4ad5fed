import { Publication } from "../cli/answers.ts";
import { type Command, readArguments } from "../cli/command.ts";
import { connect } from "../cli/connect.ts";

const usage = `usage: colophon fork DOI [--json]

Makes a draft of your own from a published version and prints the address of its page.
  --json  print the fork as JSON instead`;

/** Forks a published version. */
export const fork: Command = {
  usage,
  async run(argv, streams) {
    const { values, positionals } = readArguments(argv, { json: { type: "boolean" } }, ["DOI"]);
    const [doi] = positionals;
    const made = await connect(streams).json("POST", "api/forks", Publication, { doi });
    const { id, slug, title, url } = made;
    const result = { id, slug, title, url, forkedFrom: doi };
    streams.out(values.json ? `${JSON.stringify(result, null, 2)}\n` : `${url}\n`);
    return 0;
  },
};
