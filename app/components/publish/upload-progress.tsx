"use client";
import { Button, Label, ProgressBar } from "react-aria-components";
import { formatBytes, formatCount } from "../ui/format.ts";
import { Icon } from "../ui/icons.tsx";
import { ScrollBox } from "../ui/scroll-box.tsx";
import type { Collected } from "./collect.ts";

interface Props {
  collected: Collected;
  /** Bytes that have left. */
  sent: number;
  onCancel: () => void;
}

/** How far an upload is: in all, and file by file. */
export function UploadProgress({ collected, sent, onCancel }: Props) {
  const files =
    collected.kind === "archive"
      ? [{ path: collected.file.name, file: collected.file }]
      : collected.entries;
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  const value = total === 0 ? 100 : Math.min(100, (100 * sent) / total);
  const isSent = sent >= total;
  return (
    <div className="grid gap-4">
      <ProgressBar value={value} className="grid gap-1.5" isIndeterminate={isSent}>
        {({ valueText }) => (
          <>
            <div className="flex justify-between gap-4">
              <Label className="font-semibold">{isSent ? "Checking the files" : "Uploading"}</Label>
              <span className="tabular-nums text-quiet">
                {formatBytes(Math.min(sent, total))} of {formatBytes(total)}
                {!isSent && `, ${valueText}`}
              </span>
            </div>
            <div className="h-1.5 bg-rule">
              <div className="h-full bg-accent transition-[width]" style={{ width: `${value}%` }} />
            </div>
          </>
        )}
      </ProgressBar>
      {collected.kind === "files" && collected.leftOut > 0 && (
        <p className="hint">
          {formatCount(collected.leftOut, "file")} that tools left behind will not be sent.
        </p>
      )}
      <FileProgress files={files} sent={sent} />
      <Button className="button justify-self-start" onPress={onCancel}>
        <Icon name="cross" />
        Cancel
      </Button>
    </div>
  );
}

const shown = 200;

/** Files leave in order: those whose end lies before the bytes sent are done. */
function FileProgress({ files, sent }: { files: { path: string; file: Blob }[]; sent: number }) {
  let end = 0;
  return (
    <ScrollBox
      label="Files"
      className="max-h-80 overflow-auto border-y border-rule text-[0.8125rem]"
    >
      <ul>
        {files.slice(0, shown).map(({ path, file }) => {
          const start = end;
          end += file.size;
          const part = file.size === 0 ? Number(sent >= start) : (sent - start) / file.size;
          const percent = Math.round(100 * Math.min(1, Math.max(0, part)));
          return (
            <li key={path} className="flex items-center gap-3 px-1 py-1">
              <Icon
                name={percent === 100 ? "check" : "file"}
                className={percent === 100 ? "text-good" : "text-quiet"}
              />
              <span className="min-w-0 truncate">{path}</span>
              <span className="ml-auto shrink-0 tabular-nums text-quiet">
                {percent > 0 && percent < 100 ? `${percent} % of ` : ""}
                {formatBytes(file.size)}
              </span>
            </li>
          );
        })}
        {files.length > shown && (
          <li className="px-1 py-1 text-quiet">… and {files.length - shown} more</li>
        )}
      </ul>
    </ScrollBox>
  );
}
