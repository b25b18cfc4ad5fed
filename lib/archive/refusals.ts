import { ColophonError } from "#lib/errors.ts";
import { printable } from "./paths.ts";

/** An archive whose bytes are not what its format says. */
export function corrupt(why: string, cause?: unknown): ColophonError {
  return new ColophonError("archive_corrupt", 400, `The archive cannot be read: ${why}.`, {
    hint: "Make it again and compare its size before and after the upload.",
    cause,
  });
}

/** An archive that would unpack to far more than it is. */
export function bomb(why: string): ColophonError {
  return new ColophonError(
    "archive_bomb",
    413,
    `The archive looks like a decompression bomb: ${why}.`,
    {
      hint: "If these are real data, send them as an uncompressed tar.",
    },
  );
}

/** More entries than a bundle may have. */
export function tooManyEntries(limit: number): ColophonError {
  return new ColophonError(
    "archive_too_many_entries",
    413,
    `There are more than ${limit.toLocaleString("en")} entries.`,
    {
      hint: "Leave out environments and caches (venv, node_modules), or pack many small files into one.",
    },
  );
}

/** Something that is neither file, folder nor link. */
export function device(name: string): ColophonError {
  return new ColophonError(
    "archive_device",
    422,
    `“${printable(name)}” is a device, pipe or other special file.`,
    { hint: "Only files, folders and links inside the bundle can be archived." },
  );
}

/** A link that would make something outside the bundle part of it. */
export function linkEscape(name: string, target: string): ColophonError {
  return new ColophonError(
    "archive_link_escape",
    422,
    `“${printable(name)}” links to “${printable(target)}”, outside the bundle.`,
    { hint: "Replace the link by the file that it means." },
  );
}

/** Nothing to archive. */
export function empty(): ColophonError {
  return new ColophonError("archive_empty", 400, "There are no files in it.", {
    hint: "Send at least one file, best a notebook.",
  });
}

/** The bytes are of another kind than announced, or of a kind that is not taken. */
export function wrongFormat(message: string): ColophonError {
  return new ColophonError("archive_wrong_format", 415, message, {
    hint: "Send application/zip, application/x-tar or application/gzip (a tar.gz).",
  });
}
