import { posix } from "node:path";
import { BuilderError } from "./error.ts";

/** One instruction of a Dockerfile, as written: continued lines included. */
export interface Instruction {
  /** First physical line, counted from 1. */
  line: number;
  keyword: string;
  /** The text after the keyword, continued lines joined, comments dropped. */
  rest: string;
  /** The physical lines. */
  source: string[];
}

export interface Dockerfile {
  instructions: Instruction[];
  stages: { image: string; name: string | undefined; line: number }[];
  /** Images from outside: stages' bases and what COPY --from and RUN --mount name, without duplicates. */
  images: string[];
}

const KEYWORDS = new Set(
  "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR".split(
    " ",
  ),
);
const MAX_LINES = 5_000;

/**
 * Reads an author's Dockerfile as far as our policy and the rewriting of its bases need. `# syntax=` lines are dropped:
 * they would pull a frontend from a registry. Source: the Dockerfile reference.
 */
export function parseDockerfile(text: string, file: string): Dockerfile {
  const fail = (line: number, what: string, hint: string): never => {
    throw new BuilderError("invalid_environment_file", `${file}, line ${line}: ${what}.`, hint, {
      file,
      line,
    });
  };
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.length > MAX_LINES) fail(MAX_LINES, `more than ${MAX_LINES} lines`, "Shorten it.");
  const escapeMark = /^#\s*escape\s*=\s*`/im.test(text.slice(0, 500)) ? "`" : "\\";
  const instructions = readInstructions(lines, escapeMark, fail);

  const stages: Dockerfile["stages"] = [];
  const images: string[] = [];
  const variables = new Map<string, string>();
  const outside = (image: string) => {
    const isStage =
      stages.some((stage) => stage.name === image.toLowerCase()) || /^\d+$/.test(image);
    if (!isStage && image !== "scratch" && !images.includes(image)) images.push(image);
  };
  for (const one of instructions) {
    if (one.keyword === "ARG" && stages.length === 0) {
      for (const pair of one.rest.split(/\s+/)) {
        const argument = /^(\w+)=(.*)$/.exec(pair);
        if (argument !== null) variables.set(argument[1] as string, unquote(argument[2] as string));
      }
    } else if (one.keyword === "FROM") {
      const from = /^(?:--platform=\S+\s+)?(\S+)(?:\s+as\s+(\S+))?$/i.exec(one.rest);
      if (from === null)
        return fail(one.line, "FROM cannot be read", "Write FROM image [AS name].");
      const image = substitute(from[1] as string, variables);
      if (!/^[A-Za-z0-9][A-Za-z0-9._/:@-]{0,300}$/.test(image)) {
        return fail(
          one.line,
          `"${image.slice(0, 80)}" is not the name of an image`,
          "Name the image in full.",
        );
      }
      if (from[2] !== undefined && /^colophon/i.test(from[2])) {
        return fail(one.line, "stages named colophon… are the builder's own", "Rename the stage.");
      }
      outside(image);
      stages.push({ image, name: from[2]?.toLowerCase(), line: one.line });
    } else {
      checkPolicy(one, fail);
      const source =
        /^(?:--\S+\s+)*?--from=(\S+)/.exec(one.rest) ??
        /--mount=\S*\bfrom=([^,\s]+)/.exec(one.rest);
      if (source !== null) outside(substitute(source[1] as string, variables));
    }
  }
  if (stages.length === 0) return fail(1, "there is no FROM", "Begin with FROM image.");
  return { instructions, stages, images };
}

/** What a stranger's Dockerfile may not ask of the engine. */
function checkPolicy(
  one: Instruction,
  fail: (line: number, what: string, hint: string) => never,
): void {
  if (one.keyword === "ADD" && /(?:^|\s|["'])(?:https?:\/\/|git@|git:)/i.test(one.rest)) {
    fail(
      one.line,
      "ADD of an address is not allowed: the engine itself would fetch it",
      "Fetch it in a RUN step with curl or wget.",
    );
  }
  if (one.keyword !== "RUN") return;
  const flags = /^((?:--\S+\s+)*)/.exec(one.rest)?.[1] ?? "";
  if (/--(?:security|network)\b/.test(flags)) {
    fail(one.line, "RUN --security and --network are not allowed", "Remove the flag.");
  }
  if (/--mount=\S*type=(?:secret|ssh)/.test(flags)) {
    fail(one.line, "no secrets are available to a build", "Remove the mount.");
  }
  if (
    /--mount=/.test(flags) &&
    /(?:id|target|dst|destination|from)=[^,\s]*(?:colophon|\$)/.test(flags)
  ) {
    fail(
      one.line,
      "a mount's id, target and source must be plain and its own",
      "Name them otherwise.",
    );
  }
}

function readInstructions(
  lines: string[],
  escapeMark: string,
  fail: (line: number, what: string, hint: string) => never,
): Instruction[] {
  const instructions: Instruction[] = [];
  let open: Instruction | undefined;
  for (const [index, raw] of lines.entries()) {
    const trimmed = raw.trim();
    if (trimmed.startsWith("#") || trimmed === "") continue;
    const continues = trimmed.endsWith(escapeMark);
    const part = continues ? trimmed.slice(0, -1).trimEnd() : trimmed;
    if (open === undefined) {
      const match = /^([A-Za-z]+)(?:\s+(.*))?$/.exec(part);
      const keyword = match?.[1]?.toUpperCase() ?? "";
      if (!KEYWORDS.has(keyword))
        return fail(index + 1, `"${part.slice(0, 40)}" is not an instruction`, "Correct the line.");
      open = { line: index + 1, keyword, rest: match?.[2] ?? "", source: [raw] };
    } else {
      open.rest += ` ${part}`;
      open.source.push(raw);
    }
    if (open.rest.length > 100_000)
      return fail(open.line, "the instruction is too long", "Move it into a script.");
    if (!continues) {
      if (
        (open.keyword === "RUN" || open.keyword === "COPY" || open.keyword === "ADD") &&
        /(?:^|\s)<<-?\s*["']?\w/.test(open.rest)
      ) {
        return fail(
          open.line,
          "here-documents need a newer Dockerfile frontend",
          "Put the text into a file and COPY it.",
        );
      }
      open.rest = open.rest.trim();
      instructions.push(open);
      open = undefined;
    }
  }
  if (open !== undefined) instructions.push(open);
  return instructions;
}

function substitute(text: string, variables: Map<string, string>): string {
  return text.replace(
    /\$(?:(\w+)|\{(\w+)(?::?-([^}]*))?\})/g,
    (_, bare?: string, braced?: string, fallback?: string) => {
      return variables.get(bare ?? braced ?? "") ?? fallback ?? "";
    },
  );
}

function unquote(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, "$2");
}

/** Folders of the context that COPY and ADD name, the context as a whole left out; a pattern counts as its folder. */
export function copiedFolders(parsed: Dockerfile): string[] {
  const folders: string[] = [];
  for (const one of parsed.instructions) {
    if ((one.keyword !== "COPY" && one.keyword !== "ADD") || /(?:^|\s)--from=/.test(one.rest))
      continue;
    const words = one.rest.replace(/^(?:--\S+\s+)*/, "").match(/[^\s"[\],]+/g) ?? [];
    for (const source of words.slice(0, -1)) {
      const fixed = source.replace(/[^/]*[*?].*$/, "");
      const folder = posix.normalize(fixed === "" ? "." : fixed).replace(/^\/+|\/+$/g, "");
      if (folder !== "" && folder !== "." && !folder.startsWith("..")) folders.push(folder);
    }
  }
  return folders;
}
