import { createReadStream } from "node:fs";
import path from "node:path";
import { command } from "#lib/setup/index.ts";
import { tarOfLarge } from "#test/support/bundle.ts";
import { gibibyte, writeRandomFile } from "./large-file.ts";
import { type Result, result, seconds } from "./measure.ts";
import type { Bench } from "./run.ts";

/** Ingest of 1 GB through POST /api/publications, against copying the same file and hashing it. */
export async function ingest({ client, scratch }: Bench): Promise<Result> {
  const ours: number[] = [];
  const baseline: number[] = [];
  for (const turn of [0, 1, 2]) {
    // New bytes every time: deduplication would make a second ingest of the same look too good.
    const file = path.join(scratch, `ingest-${turn}.bin`);
    await writeRandomFile(file, gibibyte);
    await command("sync", []);
    const copy = `${file}.copy`;
    baseline.push(
      await seconds(async () => {
        await command("cp", [file, copy]);
        await command("sha256sum", [copy]);
        await command("sync", [copy]);
      }),
    );
    await command("rm", [copy]);
    const body = tarOfLarge(
      createReadStream(file, { highWaterMark: 1024 ** 2 }),
      gibibyte,
      `${turn}`,
    );
    ours.push(
      await seconds(() => client.call("POST", "/api/publications", body, "application/x-tar")),
    );
    await command("rm", [file]);
  }
  return result({
    name: "ingest",
    what: "1 GiB in a tar, from POST to the answer with its pre-flight; fsynced (best of 3)",
    unit: "s",
    ours: Math.min(...ours),
    baseline: Math.min(...baseline),
    against: "cp + sha256sum + sync",
    notes: [
      `all turns: ours ${ours.map((s) => s.toFixed(2)).join(", ")} s; baseline ${baseline.map((s) => s.toFixed(2)).join(", ")} s`,
      "limit: one pass of SHA-256 over the bytes; the baseline reads them twice and sends them nowhere",
    ],
  });
}
