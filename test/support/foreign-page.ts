import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

const types: Record<string, string> = {
  ".js": "text/javascript",
  ".css": "text/css",
  ".map": "application/json",
};

/** A page of somebody else's site: an origin of its own, with the files of one folder beside it. */
export async function foreignPage(
  html: string,
  assets?: string,
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const place = new URL(request.url ?? "/", "http://x").pathname;
    if (place === "/") {
      return response.writeHead(200, { "content-type": "text/html" }).end(html);
    }
    if (!assets) return response.writeHead(404).end();
    try {
      const content = await readFile(path.join(assets, path.basename(place)));
      const type = types[path.extname(place)] ?? "application/octet-stream";
      response.writeHead(200, { "content-type": type }).end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
