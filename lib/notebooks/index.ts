export { type Figure, firstFigure, imageSize } from "./figure.ts";
export { kernelName, notebookLanguage } from "./language.ts";
export { notebookAbstract, notebookTitle, type OutlineEntry, outline } from "./outline.ts";
export { plainText } from "./plain-text.ts";
export { readNotebook } from "./read.ts";
export { serializeNotebook } from "./serialize.ts";
export type * from "./types.ts";
