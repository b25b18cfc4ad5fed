"use client";
import { useState } from "react";
import { Button, Form } from "react-aria-components";
import { formatBytes } from "../ui/format.ts";
import { Notice } from "../ui/notice.tsx";
import { TextInput } from "../ui/text-input.tsx";
import { Refusal } from "./refusal.tsx";
import { useDeed } from "./use-deed.ts";

const gibibyte = 1024 ** 3;

/** Removes images now, down to a size that the administrator says. */
export function CollectForm({ limitBytes }: { limitBytes: number }) {
  const { isBusy, error, run } = useDeed();
  const [freed, setFreed] = useState<number>();
  const collect = async (event: React.FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const keep = Number(new FormData(event.currentTarget).get("keep")) * gibibyte;
    setFreed(undefined);
    const done = await run<{ freedBytes: number }>("POST", "/api/admin/images/collect", {
      keepBytes: Math.round(keep),
    });
    setFreed(done?.freedBytes);
  };
  return (
    <Form onSubmit={collect} className="grid gap-4">
      <div className="flex flex-wrap items-end gap-3">
        <TextInput
          name="keep"
          label="Keep at most (GiB)"
          type="number"
          inputMode="decimal"
          defaultValue={String(Math.round(limitBytes / gibibyte))}
          isRequired
          className="w-44"
        />
        <Button type="submit" className="button" isDisabled={isBusy}>
          {isBusy ? "Removing …" : "Remove unused images"}
        </Button>
      </div>
      {freed !== undefined && (
        <Notice tone="good" title={`${formatBytes(freed)} were freed`} announce />
      )}
      <Refusal error={error} />
    </Form>
  );
}
