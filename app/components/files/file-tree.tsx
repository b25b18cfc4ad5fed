import Link from "next/link";
import type { FileView } from "#lib/archive/index.ts";
import { formatBytes } from "../ui/format.ts";
import { Icon } from "../ui/icons.tsx";
import { type Folder, folderTree } from "./tree.ts";

interface Props {
  files: FileView[];
  /** The page that shows a file when `?file=` is put behind it. */
  page: string;
  selected: string | null;
}

/** Entries that one folder shows; the rest is said in a line. */
const shown = 200;

/** All files of a version, folders that fold. Each file leads to its preview. */
export function FileTree({ files, page, selected }: Props) {
  const root = folderTree(files);
  return (
    <nav aria-label="Files" className="text-[0.8125rem]">
      <Entries folder={root} page={page} selected={selected} open={files.length <= 60} />
    </nav>
  );
}

interface EntriesProps {
  folder: Folder;
  page: string;
  selected: string | null;
  open: boolean;
}

function Entries({ folder, page, selected, open }: EntriesProps) {
  const rest = folder.files.length - shown;
  return (
    <ul>
      {folder.folders.slice(0, shown).map((child) => (
        <li key={child.path}>
          <details
            className="fold"
            open={open || (selected?.startsWith(`${child.path}/`) ?? false)}
          >
            <summary className="flex min-h-7 items-center gap-1.5 hover:text-accent">
              <Icon name="folder" className="-ml-1 text-quiet" />
              <span className="min-w-0 truncate">{child.name}</span>
              <span className="ml-auto pl-3 tabular-nums text-quiet">{child.count}</span>
            </summary>
            <div className="ml-[0.35rem] border-l border-rule pl-3">
              <Entries folder={child} page={page} selected={selected} open={open} />
            </div>
          </details>
        </li>
      ))}
      {folder.files.slice(0, shown).map((file) => {
        const isSelected = file.path === selected;
        return (
          <li key={file.path}>
            <Link
              href={`${page}?file=${encodeURIComponent(file.path)}#file`}
              prefetch={false}
              aria-current={isSelected ? "true" : undefined}
              className={`flex min-h-7 items-center gap-1.5 no-underline hover:text-accent hover:underline ${isSelected ? "font-semibold text-accent" : ""}`}
            >
              <Icon name="file" className="text-quiet" />
              <span className="min-w-0 truncate" title={file.path}>
                {file.path.slice(file.path.lastIndexOf("/") + 1)}
              </span>
              <span className="ml-auto shrink-0 pl-3 font-normal tabular-nums text-quiet">
                {formatBytes(file.size)}
              </span>
            </Link>
          </li>
        );
      })}
      {rest > 0 && <li className="py-1 text-quiet">… and {rest} more, in the zip</li>}
    </ul>
  );
}
