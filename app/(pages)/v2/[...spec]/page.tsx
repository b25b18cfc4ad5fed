import type { Metadata } from "next";
import Link from "next/link";
import { type BinderSpec, makeBuildToken, parseSpec, repoProviders } from "#lib/binder/index.ts";
import { config } from "#lib/config.ts";
import { type ColophonError, isColophonError } from "#lib/errors.ts";
import { BinderLaunch } from "../../../components/binder/binder-launch.tsx";
import { wantedPath } from "../../../components/binder/target.ts";
import { Notice } from "../../../components/ui/notice.tsx";
import { usualBuild } from "../../../reading.ts";

interface Props {
  params: Promise<{ spec: string[] }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export const metadata: Metadata = { title: "Launch", robots: { index: false } };

export default async function BinderLaunchPage({ params, searchParams }: Props) {
  // As they stand in the address: Next decodes nothing of a page's path.
  const rawPath = (await params).spec.join("/");
  const spec = read(rawPath);
  if (isColophonError(spec)) return <Refused error={spec} />;
  const query = await searchParams;
  const of = (name: string) => {
    const value = query[name];
    return typeof value === "string" && value.length <= 2_000 ? value : undefined;
  };
  const path = wantedPath({
    urlpath: of("urlpath"),
    labpath: of("labpath"),
    filepath: of("filepath"),
  });
  const buildToken = await makeBuildToken(rawPath, config().url);
  const api = `/build/${rawPath}?${new URLSearchParams({ build_token: buildToken })}`;
  const provider = repoProviders().find(({ id }) => id === spec.provider);
  return (
    <div className="narrow pt-12">
      <p className="kicker">
        {provider?.displayName}
        {spec.ref && spec.ref !== "HEAD" && `, ${spec.ref}`}
        {path && ` · opens ${path}`}
      </p>
      <h1 className="mb-7 mt-1 break-words text-3xl font-semibold">{spec.repository}</h1>
      <noscript>
        <Notice tone="warn" title="Launching needs JavaScript">
          <p>
            Turn it on for this page, or let a program read the events of{" "}
            <code className="break-all">{`${config().url}/build/${rawPath}`}</code>: the last one
            has the address of the running notebook.
          </p>
        </Notice>
      </noscript>
      <BinderLaunch url={api} path={path} usualBuild={await usualBuild()} />
      <p className="mt-8">
        <Link href="/v2">Launch another repository</Link>
      </p>
    </div>
  );
}

function read(rawPath: string): BinderSpec | ColophonError {
  try {
    return parseSpec(rawPath);
  } catch (error) {
    if (isColophonError(error)) return error;
    throw error;
  }
}

function Refused({ error }: { error: ColophonError }) {
  return (
    <div className="narrow pt-12">
      <h1 className="mb-7 text-3xl font-semibold">This link cannot be launched</h1>
      <Notice tone="bad" title={error.message}>
        {error.hint && <p>{error.hint}</p>}
      </Notice>
      <p className="mt-8">
        <Link href="/v2">Make a link with the form</Link>
      </p>
    </div>
  );
}
