import type { Metadata } from "next";
import { listUsers } from "#lib/accounts/index.ts";
import { DataTable } from "../../../components/admin/data-table.tsx";
import { RoleForm } from "../../../components/admin/role-form.tsx";
import { Time } from "../../../components/ui/time.tsx";
import { administrator } from "../administrator.ts";

export const metadata: Metadata = { title: "People", robots: { index: false } };

export default async function PeoplePage() {
  const people = await listUsers(await administrator());
  return (
    <>
      <h1 className="mb-3">People</h1>
      <p className="mb-6 max-w-measure text-quiet">
        Readers run papers, authors publish and fork, instructors teach, administrators do
        everything, this page included.
      </p>
      <DataTable
        label="People with an account"
        rows={people}
        keyOf={({ id }) => id}
        empty="Nobody has an account."
        columns={[
          {
            head: "Name",
            cell: ({ name }) => <span className="font-medium">{name}</span>,
          },
          { head: "E-mail", cell: ({ email }) => email },
          { head: "Since", cell: ({ createdAt }) => <Time iso={createdAt} /> },
          {
            head: "Role",
            cell: ({ id, name, role }) => <RoleForm key={role} id={id} name={name} role={role} />,
          },
        ]}
      />
    </>
  );
}
