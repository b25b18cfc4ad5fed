"use client";
import { Button, Form, Input, TextField } from "react-aria-components";
import { Refusal } from "./refusal.tsx";
import { useDeed } from "./use-deed.ts";

interface Props {
  id: string;
  title: string;
  sessionLimit: number | null;
  /** What holds where the field is empty. */
  usual: number;
}

/** How many sessions of a paper there may be at once; empty: as for all. */
export function LimitForm({ id, title, sessionLimit, usual }: Props) {
  const { isBusy, error, run } = useDeed();
  const save = (event: React.FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const text = String(new FormData(event.currentTarget).get("limit")).trim();
    void run("PUT", `/api/admin/publications/${id}/limit`, {
      sessionLimit: text === "" ? null : Number(text),
    });
  };
  return (
    <Form onSubmit={save} className="grid gap-2">
      <span className="flex items-center gap-2">
        <TextField
          name="limit"
          aria-label={`Most sessions at once of ${title}`}
          defaultValue={sessionLimit === null ? "" : String(sessionLimit)}
        >
          <Input
            className="field h-8 min-h-0 w-20 py-0"
            inputMode="numeric"
            pattern="[0-9]*"
            placeholder={String(usual)}
          />
        </TextField>
        <Button
          type="submit"
          className="button button-small"
          aria-label={`Set the limit of ${title}`}
          isDisabled={isBusy}
        >
          Set
        </Button>
      </span>
      <Refusal error={error} />
    </Form>
  );
}
