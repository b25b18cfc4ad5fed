"use client";
import { joinStreams } from "../../notebook/join-streams.ts";
import { PlainOutput } from "../../notebook/plain-output.tsx";
import { LiveOutput } from "./live-output.tsx";
import type { LiveOutputsProps } from "./types.ts";

/** What a live cell has given so far, shown as the published outputs are. */
export function LiveOutputs({ outputs, caption }: LiveOutputsProps) {
  return (
    <div className="live-outputs">
      {joinStreams(outputs).map(({ output, at }) =>
        output.output_type === "stream" || output.output_type === "error" ? (
          <PlainOutput key={at} output={output} />
        ) : (
          <LiveOutput key={at} data={output.data} metadata={output.metadata} caption={caption} />
        ),
      )}
    </div>
  );
}
