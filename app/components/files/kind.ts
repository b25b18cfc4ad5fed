import type { FileView } from "#lib/archive/index.ts";

export type FileKind = "notebook" | "markdown" | "table" | "image" | "text" | "other";

const textEndings =
  /\.(txt|py|r|jl|c|h|cpp|hpp|f90|m|sh|bash|js|ts|tsx|css|html?|xml|json|jsonl|ya?ml|toml|ini|cfg|cff|bib|tex|rst|sql|log|env|dat|lock|gitignore|rmd|qmd|svg)$/i;
const textNames =
  /(^|\/)(license|licence|copying|readme|makefile|dockerfile|postbuild|start|runtime|apt|manifest)(\.\w+)?$/i;

/** How a file is previewed, by its type and name. */
export function fileKind({ path, mediaType }: FileView): FileKind {
  if (/\.ipynb$/i.test(path)) return "notebook";
  if (/\.(md|markdown)$/i.test(path)) return "markdown";
  if (/\.(csv|tsv)$/i.test(path)) return "table";
  if (/^image\/(png|jpeg|gif|webp|svg\+xml|avif)$/.test(mediaType)) return "image";
  if (mediaType.startsWith("text/") || textEndings.test(path) || textNames.test(path))
    return "text";
  return "other";
}

const languages: Record<string, string> = {
  py: "python",
  r: "r",
  jl: "julia",
  sh: "bash",
  yml: "yaml",
  cff: "yaml",
  rmd: "markdown",
  tex: "latex",
  f90: "fortran-free-form",
  m: "matlab",
  svg: "xml",
  htm: "html",
  lock: "toml",
};

/** The language that a text file is coloured in. */
export function fileLanguage(path: string): string | null {
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  if (name === "dockerfile") return "docker";
  if (name === "postbuild" || name === "start") return "bash";
  const ending = name.includes(".") ? name.slice(name.lastIndexOf(".") + 1) : "";
  return languages[ending] ?? (ending || null);
}
