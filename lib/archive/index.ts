/** Publications, their versions and files; the blob store; where files come from and how they leave. */

export { mayEdit } from "./access.ts";
export { checkedAddresses, type Resolve } from "./addresses.ts";
export {
  collectBlobs,
  collectStrays,
  openBlob,
  putBlob,
  readBlob,
  type StoredBlob,
} from "./blobs.ts";
export { createFromArchive, createFromDirectory } from "./create.ts";
export {
  createFromSource,
  draftToFetch,
  type FetchedSource,
  refusePrivateAddress,
} from "./create-from-source.ts";
export { describeVersion } from "./describe.ts";
export {
  deleteDraft,
  deleteDraftFile,
  newDraft,
  putDraftFile,
  replaceDraftFiles,
  setDraftMetadata,
} from "./draft.ts";
export { exportZip } from "./export-zip.ts";
export { figureMediaType } from "./figure.ts";
export { forkVersion } from "./fork.ts";
export { gitRef, gitUrl, looksLikeCommit } from "./git-url.ts";
export { guardedFetch } from "./guarded-fetch.ts";
export { runIngest } from "./ingest.ts";
export { blobPath, treePath } from "./locations.ts";
export { lookUpGitRef } from "./look-up-ref.ts";
export { mediaTypeOf } from "./media-types.ts";
export { checkMetadata, searchable } from "./metadata.ts";
export { canonicalPath } from "./paths.ts";
export { onBeforePublish, publishDraft, runPublish, withdrawVersion } from "./publish.ts";
export {
  findByDoi,
  getPublication,
  getVersion,
  getVersionById,
  listFiles,
  type OpenedFile,
  openFigure,
  openFile,
  versionOfDoi,
} from "./read.ts";
export { githubWeb, isRateLimited } from "./read-github.ts";
export type { RecordFile } from "./read-record.ts";
export { slugOf } from "./slug.ts";
export { sweepStaging } from "./staging.ts";
export { sweepArchive } from "./sweep.ts";
export { materialiseTree } from "./trees.ts";
export * from "./types.ts";
