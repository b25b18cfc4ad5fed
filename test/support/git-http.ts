import { spawn } from "node:child_process";
import type { IncomingMessage, ServerResponse } from "node:http";

/**
 * Answers git's own requests for the repositories below a folder with the real server that comes with git. Says whether
 * a request was one of git's.
 */
export function serveGit(base: string) {
  return async (place: string, response: ServerResponse, request: IncomingMessage) => {
    const url = new URL(place, "http://x");
    if (!/\.git\/(?:info\/refs|git-upload-pack)$/.test(url.pathname)) return false;
    const backend = spawn("git", ["http-backend"], {
      stdio: ["pipe", "pipe", "ignore"],
      env: {
        NODE_ENV: "test",
        PATH: process.env.PATH ?? "",
        GIT_PROJECT_ROOT: base,
        GIT_HTTP_EXPORT_ALL: "1",
        GIT_CONFIG_NOSYSTEM: "1",
        HOME: base,
        PATH_INFO: decodeURIComponent(url.pathname),
        QUERY_STRING: url.search.slice(1),
        REQUEST_METHOD: request.method ?? "GET",
        CONTENT_TYPE: request.headers["content-type"] ?? "",
        HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
        GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
      },
    });
    // It may answer, and be gone, before it has read everything.
    backend.stdin.on("error", () => backend.stdin.destroy());
    request.pipe(backend.stdin);
    const answer = Buffer.concat(await backend.stdout.toArray());
    const end = answer.indexOf("\r\n\r\n");
    for (const line of answer.subarray(0, end).toString("latin1").split("\r\n")) {
      const [name = "", value = ""] = line.split(/:\s*/, 2);
      if (name.toLowerCase() === "status") response.statusCode = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.end(answer.subarray(end + 4));
    return true;
  };
}
