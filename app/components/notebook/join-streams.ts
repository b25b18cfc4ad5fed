import type { Output } from "#lib/notebooks/index.ts";

/** A kernel sends a stream in pieces: neighbours of one name are one text. `at` is the first piece's index. */
export function joinStreams(outputs: Output[]): { output: Output; at: number }[] {
  const joined: { output: Output; at: number }[] = [];
  for (const [at, output] of outputs.entries()) {
    const last = joined.at(-1);
    if (
      output.output_type === "stream" &&
      last?.output.output_type === "stream" &&
      last.output.name === output.name
    ) {
      last.output = { ...output, text: last.output.text + output.text };
    } else joined.push({ output, at });
  }
  return joined;
}
