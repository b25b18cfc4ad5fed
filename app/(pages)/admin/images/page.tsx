import type { Metadata } from "next";
import Link from "next/link";
import { config } from "#lib/config.ts";
import { listImages, readFigures } from "#lib/operator/index.ts";
import { CollectForm } from "../../../components/admin/collect-form.tsx";
import { DataTable } from "../../../components/admin/data-table.tsx";
import { formatBytes, formatCount } from "../../../components/ui/format.ts";
import { Time } from "../../../components/ui/time.tsx";
import { administrator } from "../administrator.ts";

export const metadata: Metadata = { title: "Images and disk", robots: { index: false } };

const size = (bytes: number | null) => (bytes === null ? "–" : formatBytes(bytes));

export default async function ImagesPage() {
  const asker = await administrator();
  const [images, { disk, workspaces }] = await Promise.all([listImages(asker), readFigures()]);
  return (
    <>
      <h1 className="mb-3">Images and disk</h1>
      <p className="mb-5 max-w-measure text-quiet">
        Once an hour images are removed, the least recently used first, until those that are left
        take at most {formatBytes(config().imagesMax)} of their own; never one that a session or a
        waiting server runs. A removed one is built again when it is needed.
      </p>
      <CollectForm limitBytes={config().imagesMax} />
      <section className="mt-8" aria-labelledby="images">
        <h2 id="images">{formatCount(images.length, "image")}, in the order in which they go</h2>
        <DataTable
          label="Images, the least recently used first"
          rows={images}
          keyOf={({ environmentKey }) => environmentKey}
          empty="No environment has an image."
          columns={[
            {
              head: "Environment",
              cell: ({ environmentKey }) => <code>{environmentKey.slice(0, 12)}</code>,
            },
            {
              head: "Last used",
              cell: ({ lastUsedAt }) => (lastUsedAt ? <Time iso={lastUsedAt} withTime /> : "never"),
            },
            { head: "Size", isFigure: true, cell: ({ bytes }) => size(bytes) },
            { head: "Of its own", isFigure: true, cell: ({ ownBytes }) => size(ownBytes) },
            { head: "Versions", isFigure: true, cell: ({ versions }) => versions },
            {
              head: "Sessions",
              isFigure: true,
              cell: ({ sessions }) => <Link href="/admin/sessions">{sessions}</Link>,
            },
            {
              head: "Waiting servers",
              isFigure: true,
              cell: ({ slots }) => <Link href="/admin/pool">{slots}</Link>,
            },
          ]}
        />
      </section>
      <section className="mt-12" aria-labelledby="disk">
        <h2 id="disk">Disk of the data folder</h2>
        <p>
          {formatBytes(disk.freeBytes)} of {formatBytes(disk.totalBytes)} are free.{" "}
          {formatCount(workspaces.count, "workspace")} hold {formatBytes(workspaces.bytes)} of
          changes.
        </p>
      </section>
    </>
  );
}
