/** What scientists have on their disks, by extension (lower case, without the dot). */
const byExtension: Record<string, string> = {
  ipynb: "application/x-ipynb+json",
  py: "text/x-python",
  r: "text/x-r",
  rmd: "text/x-r-markdown",
  qmd: "text/markdown",
  jl: "text/x-julia",
  m: "text/x-matlab",
  c: "text/x-c",
  h: "text/x-c",
  cpp: "text/x-c++",
  f90: "text/x-fortran",
  sh: "text/x-shellscript",
  js: "text/javascript",
  ts: "text/x-typescript",
  sql: "text/x-sql",
  md: "text/markdown",
  markdown: "text/markdown",
  rst: "text/x-rst",
  tex: "text/x-tex",
  bib: "application/x-bibtex",
  txt: "text/plain",
  log: "text/plain",
  dat: "text/plain",
  cfg: "text/plain",
  ini: "text/plain",
  csv: "text/csv",
  tsv: "text/tab-separated-values",
  json: "application/json",
  geojson: "application/geo+json",
  jsonl: "application/jsonl",
  xml: "application/xml",
  yaml: "application/yaml",
  yml: "application/yaml",
  toml: "application/toml",
  cff: "application/yaml",
  lock: "text/plain",
  html: "text/html",
  htm: "text/html",
  css: "text/css",
  pdf: "application/pdf",
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  avif: "image/avif",
  svg: "image/svg+xml",
  bmp: "image/bmp",
  tif: "image/tiff",
  tiff: "image/tiff",
  mp4: "video/mp4",
  webm: "video/webm",
  wav: "audio/wav",
  mp3: "audio/mpeg",
  h5: "application/x-hdf5",
  hdf5: "application/x-hdf5",
  hdf: "application/x-hdf5",
  nc: "application/x-netcdf",
  cdf: "application/x-netcdf",
  zarr: "application/vnd.zarr",
  parquet: "application/vnd.apache.parquet",
  feather: "application/vnd.apache.arrow.file",
  arrow: "application/vnd.apache.arrow.file",
  fits: "application/fits",
  fit: "application/fits",
  npy: "application/x-npy",
  npz: "application/x-npz",
  mat: "application/x-matlab-data",
  rds: "application/x-r-data",
  rdata: "application/x-r-data",
  pkl: "application/x-pickle",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  xls: "application/vnd.ms-excel",
  ods: "application/vnd.oasis.opendocument.spreadsheet",
  sqlite: "application/vnd.sqlite3",
  db: "application/vnd.sqlite3",
  dm3: "application/x-gatan-dm3",
  dm4: "application/x-gatan-dm4",
  fasta: "text/x-fasta",
  fastq: "text/x-fastq",
  pdb: "chemical/x-pdb",
  cif: "chemical/x-cif",
  xyz: "chemical/x-xyz",
  vtk: "application/x-vtk",
  stl: "model/stl",
  shp: "application/vnd.shp",
  grib: "application/x-grib",
  zip: "application/zip",
  gz: "application/gzip",
  tgz: "application/gzip",
  bz2: "application/x-bzip2",
  xz: "application/x-xz",
  zst: "application/zstd",
  tar: "application/x-tar",
  "7z": "application/x-7z-compressed",
};

/** Files without an extension that are plain text all the same. */
const plainNames = new Set([
  "readme",
  "license",
  "licence",
  "copying",
  "authors",
  "changelog",
  "makefile",
  "dockerfile",
  "procfile",
  "start",
  "postbuild",
]);

/** The media type of a file by its name; `application/octet-stream` when nothing is known. */
export function mediaTypeOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  const dot = name.lastIndexOf(".");
  const known = dot > 0 ? byExtension[name.slice(dot + 1)] : undefined;
  if (known) return known;
  const plain = plainNames.has(name) || name.startsWith(".git") || name === ".dockerignore";
  return plain ? "text/plain" : "application/octet-stream";
}

// Compressing these again costs time and gains nothing.
const compressed =
  /^(?:image\/(?:png|jpeg|gif|webp|avif)|video\/|audio\/mpeg|application\/(?:zip|gzip|zstd|pdf|x-(?:bzip2|xz|7z-compressed|npz|hdf5|netcdf)|vnd\.(?:apache\.parquet|openxmlformats|oasis)))/;

/** Whether files of this type are compressed already. */
export function isCompressed(mediaType: string): boolean {
  return compressed.test(mediaType);
}

const data =
  /^(?:text\/(?:csv|tab-separated-values|x-fast[aq])|image\/tiff|chemical\/|application\/(?:geo\+json|jsonl|fits|x-(?:hdf5|netcdf|npy|npz|matlab-data|r-data|pickle|gatan|vtk|grib)|vnd\.(?:zarr|apache|ms-excel|openxmlformats|oasis|sqlite3|shp)))/;

/** Whether a file is data that a notebook works on, as far as its place and type tell. */
export function isData(path: string, mediaType: string): boolean {
  if (data.test(mediaType)) return true;
  const text = mediaType === "text/plain" || mediaType === "application/json";
  return /(?:^|\/)data\//i.test(path) && (text || mediaType === "application/octet-stream");
}
