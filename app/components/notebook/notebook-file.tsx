import { savedWidgets } from "#lib/notebooks/index.ts";
import { notebookLimit, readVersionNotebook, viewer } from "../../reading.ts";
import { formatBytes } from "../ui/format.ts";
import { Notice } from "../ui/notice.tsx";
import { NotebookView } from "./notebook-view.tsx";
import { fileUrl } from "./place.ts";

interface Props {
  versionId: string;
  path: string;
  filesUrl: string;
}

/** A notebook file of a version, rendered; or why it cannot be. */
export async function NotebookFile({ versionId, path, filesUrl }: Props) {
  const { sha256, size, reading } = await readVersionNotebook(versionId, path, await viewer());
  if (!reading) {
    return (
      <Notice tone="plain" title="This notebook is too large to show here">
        <p>
          It has {formatBytes(size)}, more than {formatBytes(notebookLimit)}. Run the paper, or{" "}
          <a href={fileUrl(filesUrl, path)}>download the notebook</a>.
        </p>
      </Notice>
    );
  }
  if (!reading.ok) {
    return (
      <Notice tone="warn" title="This notebook does not follow the notebook format">
        <p>
          {reading.message} ({reading.place})
        </p>
        <p>
          <a href={fileUrl(filesUrl, path)}>Download it as it is</a>
        </p>
      </Notice>
    );
  }
  const { notebook } = reading;
  const widgets = savedWidgets(notebook);
  return (
    <NotebookView notebook={notebook} place={{ versionId, path, sha256, filesUrl, widgets }} />
  );
}
