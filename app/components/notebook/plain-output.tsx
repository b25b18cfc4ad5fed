import type { Output } from "#lib/notebooks/index.ts";
import { TextOutput } from "./text-output.tsx";

/** What a cell printed, or the error that stopped it. */
export function PlainOutput({
  output,
}: {
  output: Extract<Output, { output_type: "stream" | "error" }>;
}) {
  if (output.output_type === "stream") {
    const isError = output.name === "stderr";
    return (
      <TextOutput
        text={output.text}
        label={isError ? "Error output" : "Output"}
        className={isError ? "output-stderr" : ""}
      />
    );
  }
  const text = output.traceback.join("\n") || `${output.ename}: ${output.evalue}`;
  return <TextOutput text={text} label={`Error: ${output.ename}`} className="output-error" />;
}
