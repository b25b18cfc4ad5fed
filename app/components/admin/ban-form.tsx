"use client";
import { useState } from "react";
import { Button, Form } from "react-aria-components";
import type { BanKind } from "#lib/limits/index.ts";
import { formatCount } from "../ui/format.ts";
import { Notice } from "../ui/notice.tsx";
import { TextInput } from "../ui/text-input.tsx";
import { Refusal } from "./refusal.tsx";
import { useDeed } from "./use-deed.ts";

const hints: Record<BanKind, string> = {
  address: "192.0.2.7, or a network: 192.0.2.0/24, 2001:db8::/32",
  user: "The e-mail address or the id of the account",
  repository: "provider/repository as in a Binder address; * stands for anything: gh/somebody/*",
};

/** Makes a ban, and ends what it is about where that is wished. */
export function BanForm() {
  const { isBusy, error, run } = useDeed();
  const [kind, setKind] = useState<BanKind>("address");
  const [ended, setEnded] = useState<number>();
  const ban = async (event: React.FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const days = Number(data.get("days"));
    setEnded(undefined);
    const made = await run<{ endedSessions: number }>("POST", "/api/admin/bans", {
      kind,
      value: String(data.get("value")),
      reason: String(data.get("reason")),
      endSessions: data.get("end") === "on",
      ...(days > 0 ? { expiresAt: new Date(Date.now() + days * 86_400_000).toISOString() } : {}),
    });
    if (!made) return;
    setEnded(made.endedSessions);
    form.reset();
  };
  return (
    <Form onSubmit={ban} className="grid gap-4">
      <label className="grid gap-1">
        <span className="label mb-0">Kind</span>
        <select
          className="field"
          value={kind}
          onChange={(event) => setKind(event.target.value as BanKind)}
        >
          <option value="address">Address or network</option>
          <option value="user">Person</option>
          <option value="repository">Repositories</option>
        </select>
      </label>
      <TextInput name="value" label="Who or what" hint={hints[kind]} isRequired maxLength={300} />
      <TextInput
        name="reason"
        label="Reason"
        hint="Shown to whoever is refused"
        isRequired
        maxLength={500}
      />
      <TextInput name="days" label="Days" hint="Empty: until it is lifted" inputMode="numeric" />
      <label className="flex min-h-7 items-center gap-2 text-sm">
        <input type="checkbox" name="end" className="size-4" />
        Also end the sessions that run already
      </label>
      <div>
        <Button type="submit" className="button button-danger" isDisabled={isBusy}>
          Ban
        </Button>
      </div>
      {ended !== undefined && (
        <Notice tone="good" title={`Banned; ${formatCount(ended, "session")} ended`} announce />
      )}
      <Refusal error={error} />
    </Form>
  );
}
