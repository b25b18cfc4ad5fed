import { createReadStream } from "node:fs";
import path from "node:path";
import { command } from "#lib/setup/index.ts";
import { tarOfLarge } from "#test/support/bundle.ts";
import { gibibyte, writeRandomFile } from "./large-file.ts";
import { median, type Result, result, seconds } from "./measure.ts";
import type { Bench } from "./run.ts";

async function diskBytes(directory: string): Promise<number> {
  // Blocks of files, each inode once: hard links into trees cost nothing.
  const output = await command("du", [
    "--summarize",
    "--block-size=1",
    "--exclude=postgres",
    directory,
  ]);
  return Number(output.split(/\s/)[0]);
}

/** A fork of a 1 GB publication, against copying its files. */
export async function fork({ client, system, scratch }: Bench): Promise<Result[]> {
  const file = path.join(scratch, "fork.bin");
  await writeRandomFile(file, gibibyte);
  const body = tarOfLarge(createReadStream(file, { highWaterMark: 1024 ** 2 }), gibibyte, "1 + 1");
  const { id } = await client.call("POST", "/api/publications", body, "application/x-tar");
  const doi = await client.publish(id, "One gibibyte");

  const before = await diskBytes(system.dataDirectory);
  const times: number[] = [];
  for (let turn = 0; turn < 5; turn++) {
    times.push(await seconds(() => client.call("POST", "/api/forks", JSON.stringify({ doi }))));
  }
  const extra = Math.max(0, (await diskBytes(system.dataDirectory)) - before) / times.length;
  const copy = `${file}.copy`;
  const copied = await seconds(() => command("cp", [file, copy]));
  await command("rm", [file, copy]);
  return [
    result({
      name: "fork",
      what: "POST /api/forks of a 1 GiB publication (median of 5)",
      unit: "s",
      ours: median(times),
      baseline: copied,
      against: "cp of its files",
      notes: ["limit: one transaction; files are rows that point at the same blobs"],
    }),
    result({
      name: "fork",
      what: "extra bytes on disk for one fork",
      unit: "MiB",
      ours: extra / 1024 ** 2,
      baseline: gibibyte / 1024 ** 2,
      against: "cp of its files",
      notes: ["blobs, trees and workspaces; the rows in PostgreSQL are not counted"],
    }),
  ];
}
