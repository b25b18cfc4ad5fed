import { createHash } from "node:crypto";
import { type Readable, Transform } from "node:stream";
import { z } from "zod";
import { ColophonError } from "#lib/errors.ts";
import { guardedFetch } from "./guarded-fetch.ts";
import type { Bundle, Intake } from "./intake.ts";
import { printable } from "./paths.ts";
import type { Stage } from "./stage.ts";
import { unpack } from "./unpack.ts";

const downloadMs = 30 * 60_000;

/** One file of another archive's record: where it is, and what its bytes must hash to where the archive says so. */
export const RecordFile = z.object({
  path: z.string().min(1).max(1_000),
  url: z.string().max(2_000),
  size: z.number().int().nonnegative().nullable(),
  checksum: z
    .object({ algorithm: z.enum(["md5", "sha1", "sha256", "sha512"]), value: z.string() })
    .nullable(),
});
export type RecordFile = z.infer<typeof RecordFile>;

/**
 * Takes the files of a record of another archive into the intake, each checked against the archive's checksum. A
 * record that is one zip is what is inside it. Throws `source_checksum` (422) for bytes that are not what the archive
 * says, `source_not_found` (422), what `guardedFetch` throws, and every refusal of a bundle's entries.
 */
export async function readRecord(
  files: RecordFile[],
  stage: Stage,
  intake: Intake,
): Promise<Bundle> {
  const [only] = files;
  if (only && files.length === 1 && /\.zip$/i.test(only.path)) {
    const { stream, verify } = await open(only, intake);
    const bundle = await unpack(stage, stream, "application/zip", intake.signal);
    verify();
    return bundle;
  }
  for (const file of files) {
    const path = intake.admit(file.path);
    if (path === null) continue;
    const { stream, verify } = await open(file, intake);
    await intake.addFile(path, stream, false);
    verify();
  }
  return intake.finish({ stripTop: false });
}

interface Opened {
  stream: Readable;
  /** To be called when all was read. */
  verify(): void;
}

async function open(file: RecordFile, intake: Intake): Promise<Opened> {
  const { status, body } = await guardedFetch(file.url, {
    maxBytes: intake.remaining(),
    timeoutMs: downloadMs,
    signal: intake.signal,
  });
  if (status !== 200) {
    body.destroy();
    throw new ColophonError(
      "source_not_found",
      status >= 500 || status === 429 ? 503 : 422,
      `The archive did not give “${printable(file.path)}” (status ${status}).`,
      { hint: "Check that the record is open to everybody, or try again later." },
    );
  }
  const { checksum } = file;
  const hash = createHash(checksum?.algorithm ?? "md5");
  let size = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.byteLength;
      done(null, chunk);
    },
  });
  body.on("error", (error) => counted.destroy(error));
  counted.on("close", () => body.destroy());
  return {
    stream: body.pipe(counted),
    verify() {
      const isWrong = checksum
        ? hash.digest("hex") !== checksum.value.toLowerCase()
        : file.size !== null && file.size !== size;
      if (!isWrong) return;
      throw new ColophonError(
        "source_checksum",
        422,
        `“${printable(file.path)}” arrived with other bytes than its archive says.`,
        { hint: "Try again; if it stays, tell the archive that the file is damaged." },
      );
    },
  };
}
