"use client";
import { Button } from "react-aria-components";
import { ConfirmButton } from "../ui/confirm-button.tsx";
import { Refusal } from "./refusal.tsx";
import { useDeed } from "./use-deed.ts";

interface Props {
  label: string;
  /** The whole sentence, where the label alone does not say of what. */
  description: string;
  method: string;
  path: string;
  body?: unknown;
  /** Asked before; without it, done at once. */
  confirm?: { title: string; body: string };
}

/** A button in a row of a table that asks the API to do something. */
export function DeedButton({ label, description, method, path, body, confirm }: Props) {
  const { isBusy, error, run } = useDeed();
  const act = () => void run(method, path, body);
  return (
    <>
      {confirm ? (
        <ConfirmButton
          label={label}
          description={description}
          title={confirm.title}
          body={confirm.body}
          isDisabled={isBusy}
          onConfirm={act}
        />
      ) : (
        <Button
          className="button button-small"
          aria-label={description}
          isDisabled={isBusy}
          onPress={act}
        >
          {label}
        </Button>
      )}
      <Refusal error={error} />
    </>
  );
}
