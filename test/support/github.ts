import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A stand-in for GitHub's REST API, at the level of HTTP: what it answers to these paths is what api.github.com does. */
export interface FakeGithub {
  url: string;
  port: number;
  /** What it was asked, newest last. */
  requests: { path: string; authorization: string | undefined }[];
  close(): Promise<void>;
}

interface Repository {
  fullName: string;
  defaultBranch: string;
  description?: string;
  license?: string;
  topics?: string[];
  /** Ref → commit. */
  refs: Record<string, string>;
  /** Commit → tar.gz. */
  tarballs: Record<string, Buffer>;
}

/** Serves one repository. `limited`: every answer is that the hour's requests are used up. */
export async function fakeGithub(
  repository: Repository,
  options: { limited?: boolean; tarballAt?: string } = {},
): Promise<FakeGithub> {
  const requests: FakeGithub["requests"] = [];
  const server: Server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "", "http://x").pathname);
    requests.push({ path, authorization: request.headers.authorization });
    const json = (status: number, body: unknown, headers: Record<string, string> = {}) =>
      response
        .writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers })
        .end(JSON.stringify(body));
    if (options.limited) {
      return json(
        403,
        { message: "API rate limit exceeded for 203.0.113.1." },
        { "x-ratelimit-remaining": "0", "x-ratelimit-limit": "60" },
      );
    }
    const base = `/repos/${repository.fullName}`;
    if (path === base) {
      return json(200, {
        full_name: repository.fullName,
        default_branch: repository.defaultBranch,
        description: repository.description ?? null,
        license: repository.license ? { spdx_id: repository.license } : null,
        topics: repository.topics ?? [],
      });
    }
    if (path.startsWith(`${base}/commits/`)) {
      const ref = path.slice(`${base}/commits/`.length);
      const sha =
        repository.refs[ref] ?? Object.values(repository.refs).find((each) => each.startsWith(ref));
      if (!sha) return json(422, { message: `No commit found for SHA: ${ref}` });
      return json(200, { sha, commit: { committer: { date: "2024-05-06T07:08:09Z" } } });
    }
    if (path.startsWith(`${base}/tarball/`)) {
      const sha = path.slice(`${base}/tarball/`.length);
      return response.writeHead(302, { location: options.tarballAt ?? `/codeload/${sha}` }).end();
    }
    const tarball = repository.tarballs[path.replace("/codeload/", "")];
    if (tarball)
      return response.writeHead(200, { "content-type": "application/x-gzip" }).end(tarball);
    return json(404, { message: "Not Found" });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
