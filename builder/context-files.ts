import { BuilderError } from "./error.ts";
import type { ListedFile } from "./list-files.ts";

/**
 * Which files of a bundle enter the build context, and therefore its key. One rule, used by both:
 *
 * 1. the files that declare the environment always enter;
 * 2. where the author's own code runs during the build (postBuild, a local package, a Dockerfile), every other file
 *    enters too, except notebooks and data;
 * 3. a notebook or data file enters all the same when the text of that code names its path, or when a Dockerfile copies a
 *    folder that it lies in by name (not the whole bundle).
 *
 * So a changed notebook or data file changes no key, and nothing that a build reads is missing from the key.
 */
export function filesForContext(
  files: ListedFile[],
  declared: ReadonlySet<string>,
  code: { runs: boolean; texts: string[]; folders?: string[] },
): ListedFile[] {
  const chosen = files.filter(
    (file) =>
      declared.has(file.path) ||
      (code.runs &&
        (!isContent(file) ||
          code.texts.some((text) => names(text, file.path)) ||
          inside(file.path, code.folders))),
  );
  const total = chosen.reduce((sum, file) => sum + file.size, 0);
  if (total > MAX_CONTEXT_BYTES || chosen.length > MAX_CONTEXT_FILES) {
    const largest = chosen.reduce((a, b) => (b.size > a.size ? b : a));
    throw new BuilderError(
      "environment_too_large",
      `The build would need ${chosen.length} files of ${total} bytes; at most ${MAX_CONTEXT_FILES} files of ${MAX_CONTEXT_BYTES} bytes are allowed.`,
      "Keep the code that the environment is built from small, and let the notebook read the data at run time.",
      { file: largest.path },
    );
  }
  return chosen;
}

/** A notebook or data: what a session mounts and a build has no business with. */
export function isContent(file: ListedFile): boolean {
  if (file.size > MAX_CODE_BYTES) return true;
  const name = file.path.slice(file.path.lastIndexOf("/") + 1).toLowerCase();
  if (CONTENT_NAMES.has(name)) return true;
  const dot = name.lastIndexOf(".");
  return dot > 0 && CONTENT_EXTENSIONS.has(name.slice(dot + 1));
}

function inside(path: string, folders: string[] = []): boolean {
  return folders.some((folder) => path.startsWith(`${folder}/`));
}

/** Whether a text names a path as a whole, not merely as a part of a longer one. */
function names(text: string, path: string): boolean {
  for (let at = text.indexOf(path); at !== -1; at = text.indexOf(path, at + 1)) {
    const before = text[at - 1] ?? " ";
    const dotSlash = text.slice(Math.max(0, at - 2), at) === "./";
    const after = text[at + path.length] ?? " ";
    if ((dotSlash || !/[\w./-]/.test(before)) && !/[\w/-]/.test(after)) return true;
  }
  return false;
}

const MAX_CODE_BYTES = 4 * 1024 * 1024;
const MAX_CONTEXT_BYTES = 200 * 1024 * 1024;
const MAX_CONTEXT_FILES = 20_000;

/** Descriptions of the paper: they change with every version and no build reads them. */
const CONTENT_NAMES = new Set([
  "citation.cff",
  ".zenodo.json",
  "codemeta.json",
  "ro-crate-metadata.json",
]);

const CONTENT_EXTENSIONS = new Set(
  (
    "ipynb csv tsv dat parquet feather arrow orc avro h5 hdf5 hdf he5 nc nc4 cdf grib grb grib2 zarr mat npy npz pkl pickle joblib " +
    "rds rda rdata sav dta sas7bdat xpt por xls xlsx xlsm ods db sqlite sqlite3 duckdb fits fit fts fz root dcm nii mgh edf bdf " +
    "fasta fa fastq fq bam sam cram vcf bcf bed gff gtf pdb cif mol sdf xyz png jpg jpeg gif webp bmp tif tiff svg ico pdf eps ps " +
    "mp3 wav flac ogg mp4 avi mov mkv webm zip gz bz2 xz zst 7z tar tgz rar geojson gpkg shp shx dbf prj kml kmz las laz " +
    "md rst doc docx ppt pptx odt html htm jsonl ndjson pt pth ckpt onnx safetensors"
  ).split(" "),
);
