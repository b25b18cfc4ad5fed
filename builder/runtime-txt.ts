import { BuilderError } from "./error.ts";

export type Runtime =
  | { language: "python"; minor: number; patch: number | undefined }
  | { language: "r" }
  | undefined;

/** What a runtime.txt asks for: `python-3.x[.y]`, `r-…`, or nothing when the file is empty. */
export function parseRuntimeTxt(text: string, file: string): Runtime {
  const lines = text.split(/\r\n|\n|\r/);
  const index = lines.findIndex((line) => line.trim() !== "" && !line.trim().startsWith("#"));
  if (index === -1) return undefined;
  const asked = (lines[index] as string).trim();
  if (/^r-\S{1,60}$/.test(asked)) return { language: "r" };
  const python = /^python[-=]?3(?:\.(\d{1,2}))?(?:\.(\d{1,3}))?$/.exec(asked);
  if (python !== null) {
    return {
      language: "python",
      minor: python[1] === undefined ? 11 : Number(python[1]),
      patch: python[2] === undefined ? undefined : Number(python[2]),
    };
  }
  const place = { file, line: index + 1 };
  if (/^python[-=]?2/.test(asked)) {
    throw new BuilderError(
      "unsupported_environment",
      `${file} asks for Python 2, which cannot be provided.`,
      "Port the notebooks to Python 3, or supply a Dockerfile.",
      place,
    );
  }
  throw new BuilderError(
    "invalid_environment_file",
    `${file}, line ${index + 1}: "${asked.slice(0, 60)}" is not a runtime that is known.`,
    'Write for instance "python-3.11".',
    place,
  );
}
