"use client";
import { useState } from "react";
import { Button, Form } from "react-aria-components";
import type { Role } from "#lib/accounts/index.ts";
import { Refusal } from "./refusal.tsx";
import { useDeed } from "./use-deed.ts";

const roles: Role[] = ["reader", "author", "instructor", "administrator"];

/** What a person may do, to be changed. */
export function RoleForm({ id, name, role }: { id: string; name: string; role: Role }) {
  const { isBusy, error, run } = useDeed();
  const [chosen, setChosen] = useState(role);
  const save = (event: React.FormEvent) => {
    event.preventDefault();
    void run("PUT", `/api/users/${encodeURIComponent(id)}/role`, { role: chosen });
  };
  return (
    <Form onSubmit={save} className="grid gap-2">
      <span className="flex items-center gap-2">
        <select
          className="field h-8 min-h-0 w-36 py-0"
          aria-label={`Role of ${name}`}
          value={chosen}
          onChange={(event) => setChosen(event.target.value as Role)}
        >
          {roles.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
        <Button
          type="submit"
          className="button button-small"
          aria-label={`Set the role of ${name}`}
          isDisabled={isBusy || chosen === role}
        >
          Set
        </Button>
      </span>
      <Refusal error={error} />
    </Form>
  );
}
