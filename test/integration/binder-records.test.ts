import { createHash } from "node:crypto";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { fetched, resolve } from "#test/support/binder-sources.ts";
import { testDatabase } from "#test/support/database.ts";
import { notebook } from "#test/support/papers.ts";
import { standIn } from "#test/support/provider-stand-ins.ts";
import { rawZip } from "#test/support/zip.ts";

await testDatabase();
const zenodo = await standIn({ json: { status: 404, message: "PID does not exist." } });
const figshare = await standIn({ json: { message: "Entity not found", code: "EntityNotFound" } });
const dataverse = await standIn({ json: { status: "ERROR", message: "Dataset not found" } });
const hydroshare = await standIn({ json: { detail: "Not found." } });
const resolver = await standIn({ bytes: "DOI not found" });
const servers = [zenodo, figshare, dataverse, hydroshare, resolver];
const settings: Record<string, string> = {
  COLOPHON_FETCH_ALLOW: servers.map(({ port }) => `127.0.0.1:${port}`).join(","),
  COLOPHON_ZENODO_URL: zenodo.url,
  COLOPHON_FIGSHARE_API: `${figshare.url}/v2`,
  COLOPHON_HYDROSHARE_URL: hydroshare.url,
  COLOPHON_DOI_RESOLVER: resolver.url,
};
Object.assign(process.env, settings);

beforeEach(() => {
  for (const server of servers) {
    server.answers.clear();
    server.requests.length = 0;
  }
});
afterAll(async () => {
  for (const name of Object.keys(settings)) delete process.env[name];
  await Promise.all(servers.map((server) => server.close()));
});

const md5 = (text: string | Buffer) => createHash("md5").update(text).digest("hex");

/** A record with a notebook and a table. */
const files = { "paper.ipynb": notebook("From an archive"), "data.csv": "a\n1\n" };

describe("Zenodo", () => {
  function record(id: number, checksumOf: (text: string) => string = md5) {
    for (const [key, text] of Object.entries(files)) {
      zenodo.answers.set(`/api/records/${id}/files/${key}/content`, { bytes: text });
    }
    return {
      id,
      doi: `10.5281/zenodo.${id}`,
      conceptrecid: "100",
      metadata: { title: "A record" },
      links: { self_html: `${zenodo.url}/records/${id}` },
      files: Object.entries(files).map(([key, text]) => ({
        key,
        size: text.length,
        checksum: `md5:${checksumOf(text)}`,
        links: { self: `${zenodo.url}/api/records/${id}/files/${key}/content` },
      })),
    };
  }

  test("the DOI of all versions is the newest; its files are what their checksums say", async () => {
    zenodo.answers.set("/api/records/100", {
      status: 301,
      headers: { location: `${zenodo.url}/api/records/102` },
    });
    zenodo.answers.set("/api/records/102", { json: record(102) });
    const resolved = await resolve("zenodo/10.5281/zenodo.100");
    expect(resolved).toMatchObject({
      resolved: "102",
      persistentSpec: "10.5281/zenodo.102",
      refUrl: `${zenodo.url}/records/102`,
    });
    const { paths, version } = await fetched("zenodo/10.5281/zenodo.100");
    expect(paths).toEqual(["data.csv", "paper.ipynb"]);
    expect(version.title).toBe("From an archive");
  });

  test("another DOI is asked of the resolver", async () => {
    resolver.answers.set("/10.1234/own", {
      status: 302,
      headers: { location: `${zenodo.url}/records/103` },
    });
    zenodo.answers.set("/records/103", { bytes: "<html>" });
    zenodo.answers.set("/api/records/103", { json: record(103) });
    expect((await resolve("zenodo/10.1234/own")).resolved).toBe("103");
  });

  test("a file with other bytes is refused", async () => {
    zenodo.answers.set("/api/records/104", { json: record(104, () => "0".repeat(32)) });
    expect((await fetched("zenodo/10.5281/zenodo.104")).error).toMatchObject({
      code: "source_checksum",
    });
  });

  test("a record that is one zip is what is inside", async () => {
    const zip = rawZip(
      Object.entries(files).map(([name, text]) => ({
        name: `owner-repo-1/${name}`,
        content: Buffer.from(text),
        deflate: true,
      })),
    );
    zenodo.answers.set("/zip", { bytes: zip });
    zenodo.answers.set("/api/records/105", {
      json: {
        ...record(105),
        files: [
          {
            key: "repo.zip",
            size: zip.length,
            checksum: `md5:${md5(zip)}`,
            links: { self: `${zenodo.url}/zip` },
          },
        ],
      },
    });
    expect((await fetched("zenodo/10.5281/zenodo.105")).paths).toEqual(["data.csv", "paper.ipynb"]);
  });

  test("what is not there, or has no open files, is said so", async () => {
    await expect(resolve("zenodo/10.5281/zenodo.999")).rejects.toMatchObject({
      code: "source_not_found",
    });
    await expect(resolve("zenodo/10.1234/absent")).rejects.toMatchObject({
      code: "source_not_found",
    });
    zenodo.answers.set("/api/records/106", { json: { ...record(106), files: [] } });
    await expect(resolve("zenodo/10.5281/zenodo.106")).rejects.toMatchObject({
      code: "source_no_files",
    });
  });

  test.each(["../../etc/passwd", "/etc/passwd"])(
    "a record's file called %s stays outside",
    async (key) => {
      zenodo.answers.set("/x", { bytes: "x" });
      zenodo.answers.set("/api/records/107", {
        json: {
          ...record(107),
          files: [
            { key, size: 1, checksum: `md5:${md5("x")}`, links: { self: `${zenodo.url}/x` } },
            { key: "b", size: 1, checksum: `md5:${md5("x")}`, links: { self: `${zenodo.url}/x` } },
          ],
        },
      });
      const { error, paths } = await fetched("zenodo/10.5281/zenodo.107");
      expect(error).toMatchObject({ code: expect.stringMatching(/path|traversal|absolute/) });
      expect(paths).toEqual([]);
    },
  );
});

describe("Figshare", () => {
  beforeEach(() => {
    figshare.answers.set("/v2/articles/97/versions", {
      json: [{ version: 1 }, { version: 3 }, { version: 2 }],
    });
    for (const version of [1, 3]) {
      figshare.answers.set(`/v2/articles/97/versions/${version}`, {
        json: {
          title: "An article",
          doi: `10.6084/m9.figshare.97.v${version}`,
          figshare_url: "https://figshare.com/articles/x/97",
          files: [
            ...Object.entries(files).map(([name, text]) => ({
              name,
              size: text.length,
              is_link_only: false,
              download_url: `${figshare.url}/files/${name}`,
              supplied_md5: "",
              computed_md5: md5(text),
            })),
            { name: "elsewhere", is_link_only: true, download_url: "https://example.org" },
          ],
        },
      });
    }
    for (const [name, text] of Object.entries(files)) {
      figshare.answers.set(`/files/${name}`, { bytes: text });
    }
  });

  test("comes at the version that the DOI names, else the newest", async () => {
    expect(await resolve("figshare/10.6084/m9.figshare.97.v1")).toMatchObject({
      resolved: "97.v1",
      persistentSpec: "10.6084/m9.figshare.97.v1",
    });
    expect((await resolve("figshare/10.6084/m9.figshare.97")).resolved).toBe("97.v3");
    expect((await fetched("figshare/10.6084/m9.figshare.97")).paths).toEqual([
      "data.csv",
      "paper.ipynb",
    ]);
  });

  test("an institution's DOI is asked of the resolver", async () => {
    resolver.answers.set("/10.4321/inst.1", {
      status: 302,
      headers: { location: `${figshare.url}/articles/dataset/a_title/97/1` },
    });
    expect((await resolve("figshare/10.4321/inst.1")).resolved).toBe("97.v1");
    await expect(resolve("figshare/10.6084/m9.figshare.1")).rejects.toMatchObject({
      code: "source_not_found",
    });
  });
});

describe("Dataverse", () => {
  const dataset = () => ({
    status: "OK",
    data: {
      id: 41,
      persistentUrl: "https://doi.org/10.7910/DVN/ABCDEF",
      latestVersion: {
        versionNumber: 2,
        versionMinorNumber: 1,
        metadataBlocks: { citation: { fields: [{ typeName: "title", value: "A dataset" }] } },
        files: [
          {
            label: "paper.ipynb",
            restricted: false,
            dataFile: {
              id: 1,
              filesize: files["paper.ipynb"].length,
              md5: md5(files["paper.ipynb"]),
              checksum: { type: "MD5", value: md5(files["paper.ipynb"]) },
            },
          },
          {
            label: "data.tab",
            directoryLabel: "tables",
            restricted: false,
            dataFile: { id: 2, filesize: 9, originalFileName: "data.csv", md5: "0".repeat(32) },
          },
          { label: "secret.csv", restricted: true, dataFile: { id: 3, filesize: 1 } },
        ],
      },
    },
  });

  test("comes from the installation that its DOI leads to, tables as they were uploaded", async () => {
    resolver.answers.set("/10.7910/DVN/ABCDEF", {
      status: 302,
      headers: { location: `${dataverse.url}/dataset.xhtml?persistentId=doi:10.7910/DVN/ABCDEF` },
    });
    dataverse.answers.set("/dataset.xhtml", { bytes: "<html>" });
    dataverse.answers.set(
      "/api/datasets/:persistentId/?persistentId=doi%3A10.7910%2FDVN%2FABCDEF",
      { json: dataset() },
    );
    dataverse.answers.set("/api/access/datafile/1", { bytes: files["paper.ipynb"] });
    dataverse.answers.set("/api/access/datafile/2?format=original", { bytes: files["data.csv"] });
    expect(await resolve("dataverse/10.7910/DVN/ABCDEF")).toMatchObject({
      resolved: "41.v2.1",
      title: "A dataset",
    });
    expect((await fetched("dataverse/10.7910/DVN/ABCDEF")).paths).toEqual([
      "paper.ipynb",
      "tables/data.csv",
    ]);
  });

  test("a DOI that leads to a private address is not followed", async () => {
    resolver.answers.set("/10.7910/DVN/EVIL", {
      status: 302,
      headers: { location: "http://169.254.169.254/latest/meta-data" },
    });
    await expect(resolve("dataverse/10.7910/DVN/EVIL")).rejects.toMatchObject({
      code: "source_forbidden",
    });
  });
});

test("HydroShare: a resource's files, page by page", async () => {
  const id = "0123456789abcdef0123456789abcdef";
  const at = `${hydroshare.url}/resource/${id}/data/contents`;
  const file = (name: keyof typeof files) => ({
    file_name: name,
    url: `${at}/${name}`,
    size: files[name].length,
    checksum: md5(files[name]),
  });
  const first = `/hsapi/resource/${id}/files/`;
  hydroshare.answers.set(first, {
    json: { next: `${hydroshare.url}${first}?page=2`, results: [file("paper.ipynb")] },
  });
  hydroshare.answers.set(`${first}?page=2`, { json: { next: null, results: [file("data.csv")] } });
  for (const [name, text] of Object.entries(files)) {
    hydroshare.answers.set(`/resource/${id}/data/contents/${name}`, { bytes: text });
  }
  expect((await fetched(`hydroshare/${id}`)).paths).toEqual(["data.csv", "paper.ipynb"]);
});
