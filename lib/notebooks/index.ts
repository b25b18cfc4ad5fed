export { type Figure, firstFigure, imageSize } from "./figure.ts";
export { isFailure, isObject, type JsonObject, type JsonReading, parseJson } from "./json.ts";
export { kernelName, notebookLanguage } from "./language.ts";
export {
  firstParagraph,
  headings,
  notebookAbstract,
  notebookTitle,
  type OutlineEntry,
  outline,
} from "./outline.ts";
export { plainText } from "./plain-text.ts";
export { readNotebook } from "./read.ts";
export { picturesHeight, type SavedWidget, savedWidgets } from "./saved-widgets.ts";
export { serializeNotebook } from "./serialize.ts";
export type * from "./types.ts";
