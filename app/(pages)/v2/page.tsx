import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { repoProviders } from "#lib/binder/index.ts";
import { config } from "#lib/config.ts";
import { BinderForm } from "../../components/binder/binder-form.tsx";
import { type Chosen, launchLink } from "../../components/binder/links.ts";
import { Notice } from "../../components/ui/notice.tsx";

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export const metadata: Metadata = { title: "Launch a repository" };

export default async function BinderPage({ searchParams }: Props) {
  const query = await searchParams;
  const of = (name: string) => {
    const value = query[name];
    return typeof value === "string" ? value.slice(0, 1_000) : "";
  };
  const chosen: Chosen = {
    provider: of("provider") || "gh",
    repository: of("repository"),
    ref: of("ref"),
    path: of("path"),
    pathKind: of("pathKind") === "url" ? "url" : "file",
  };
  const providers = repoProviders();
  // The form sent by a browser without JavaScript.
  const link = chosen.repository ? launchLink("", chosen, providers) : null;
  if (link) redirect(link);
  return (
    <div className="narrow pt-12">
      <h1 className="text-3xl font-semibold">Launch a repository</h1>
      <p className="mb-8 mt-3 max-w-measure text-quiet">
        Any repository with notebooks runs here, in the environment that its files declare. Paste
        its address. Nothing of it is published or kept in the gallery.
      </p>
      {chosen.repository && (
        <div className="mb-6">
          <Notice tone="bad" title="This is not how the provider names a repository">
            <p>The examples in the fields show how it is written.</p>
          </Notice>
        </div>
      )}
      <BinderForm providers={providers} origin={config().url} initial={chosen} />
    </div>
  );
}
