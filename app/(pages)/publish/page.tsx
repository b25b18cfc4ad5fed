import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { PublishStart } from "../../components/publish/publish-start.tsx";
import { user } from "../../reading.ts";

export const metadata: Metadata = { title: "Publish" };

export default async function PublishPage() {
  if (!(await user())) redirect("/sign-in?next=/publish");
  return (
    <div className="narrow pt-12">
      <h1 className="text-3xl font-semibold">Publish a paper</h1>
      <p className="mb-8 mt-3 max-w-measure text-quiet">
        First it becomes a draft that only you see, with what we found in it: its title, authors,
        licence and what might break. Nothing is permanent until you press Publish.
      </p>
      <PublishStart />
    </div>
  );
}
