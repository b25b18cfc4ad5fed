import { expect, test } from "vitest";
import {
  type BuildEvent,
  type BuiltImage,
  buildEnvironment,
  readEnvironment,
} from "#builder/index.ts";
import { caBundle, docker, folder, removeLater, withServer } from "./builder-probe.ts";

async function build(
  files: Record<string, string>,
  events: BuildEvent[] = [],
  signal?: AbortSignal,
): Promise<BuiltImage> {
  const dir = await folder(files);
  const spec = await readEnvironment(dir);
  const onEvent = (event: BuildEvent) => void events.push(event);
  const image = await buildEnvironment(spec, { docker, dir, caBundle, onEvent, signal });
  removeLater(image.tag);
  return image;
}

const version = (image: BuiltImage, name: string) =>
  image.installed.packages.find((one) => one.name.toLowerCase() === name)?.version;

test("ancient pins, apt.txt, postBuild and start; the server runs confined and is not disturbed", async () => {
  const events: BuildEvent[] = [];
  const image = await build(
    {
      "requirements.txt":
        "ipykernel==6.15.0\njupyter_client==7.4.9\ntornado==6.2\ntraitlets==5.6.0\n",
      "apt.txt": "# a small one\ntree\n",
      postBuild: `#!/bin/bash\n# ${Date.now()}: what a log says is not repeated from the engine's cache\nset -e\nid -u\ncat seed.txt > made-by-postbuild.txt\npython -c 'import tornado'\nnode --version\n`,
      "seed.txt": "seed",
      start: '#!/bin/bash\nexport PAPER_MODE=review\nexec "$@"\n',
      "paper.ipynb": "{}",
    },
    events,
  );
  expect(version(image, "tornado")).toBe("6.2");
  expect(image.installed.python).toMatch(/^3\.11\./);
  expect(image.installed.debian.map((one) => one.name)).toContain("tree");
  expect(image.installed.kernels).toMatchObject([{ name: "python3", language: "python" }]);
  expect(image.imageId).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(events.some((event) => event.type === "step" && event.durationMs !== undefined)).toBe(
    true,
  );
  expect(events.some((event) => event.type === "log" && event.text === "1000")).toBe(true);
  const { Config, RootFS } = await docker.getImage(image.tag).inspect();
  expect(Config.Labels.colophon).toBe("environment");
  expect(RootFS.Layers?.length).toBeGreaterThan(3);

  await withServer(image.tag, async (server) => {
    const contents = JSON.parse((await server.get("api/contents/")).body);
    const names = contents.content.map((one: { name: string }) => one.name).sort();
    // The mounted content is there, what postBuild made is restored, the code that entered the build is not.
    expect(names).toEqual(["made-by-postbuild.txt", "note.txt"]);
    const specs = JSON.parse((await server.get("api/kernelspecs")).body);
    expect(Object.keys(specs.kernelspecs)).toEqual(["python3"]);
    const code = `
import os, sys, tornado, shutil
print(os.getuid(), os.getcwd(), sys.prefix, tornado.version, os.environ["PAPER_MODE"])
print(os.environ.get("JUPYTER_TOKEN"), os.environ["PATH"].split(":")[:3])
print(open("made-by-postbuild.txt").read(), os.path.exists("seed.txt"), shutil.which("tree"))`;
    expect((await server.execute(code)).split("\n")).toEqual([
      "1000 /home/jovyan/work /opt/env 6.2 review",
      "None ['/home/jovyan/.local/bin', '/home/jovyan/work/.local/bin', '/opt/env/bin']",
      "seed False /usr/bin/tree",
    ]);
    expect((await server.post("api/terminals", {})).status).toBe(200);
    expect((await server.get("lab")).status).toBe(200);
    const login = await server.exec([
      "bash",
      "-lc",
      "command -v python; command -v node; command -v npm",
    ]);
    expect(login.split(/\s+/)).toEqual([
      "/opt/env/bin/python",
      "/usr/local/bin/node",
      "/usr/local/bin/npm",
    ]);
    const listed = await server.exec(["/opt/colophon/server/bin/jupyter", "kernelspec", "list"]);
    expect(listed).toContain("/opt/env/share/jupyter/kernels/python3");
    expect(listed.match(/kernels\//g)).toHaveLength(1);
    expect(await server.exec(["/opt/colophon/server/bin/python", "-c", "import nbclient"])).toBe(
      "",
    );
    expect(await server.logs()).not.toContain("secret-token");
  });
  const kept = await sizes(image.tag);
  for (const [path, kilobytes] of kept)
    expect({ path, small: kilobytes <= 1024 }).toEqual({ path, small: true });
});

test("packages from source and a package of the bundle's own: built with compilers, which stay out", async () => {
  const image = await build({
    "requirements.txt": "docopt==0.6.2\n-e .\n",
    "setup.py":
      'from setuptools import setup, Extension\nsetup(name="paper", version="1", py_modules=["paper"], ext_modules=[Extension("fast", ["fast.c"])])\n',
    "paper.py": "ANSWER = 42\n",
    "fast.c":
      '#include <Python.h>\nstatic struct PyModuleDef m = {PyModuleDef_HEAD_INIT, "fast", 0, -1, 0};\nPyMODINIT_FUNC PyInit_fast(void) { return PyModule_Create(&m); }\n',
  });
  expect(version(image, "docopt")).toBe("0.6.2");
  expect(image.installed.debian.map((one) => one.name)).not.toContain("gcc");
  await withServer(
    image.tag,
    async (server) => {
      expect(
        await server.execute("import paper, fast, docopt; print(paper.ANSWER, fast.__name__)"),
      ).toBe("41 fast");
    },
    // The code that runs is the mounted one, not what the image was built from.
    { "paper.py": "ANSWER = 41\n" },
  );
});

test("a package without wheels is noticed, and built after all", async () => {
  const events: BuildEvent[] = [];
  const image = await build({ "requirements.txt": "docopt==0.6.2\n" }, events);
  expect(version(image, "docopt")).toBe("0.6.2");
  expect(events.filter((event) => event.type === "phase").map((event) => event.phase)).toContain(
    "toolchain",
  );
});

test("another Python, through environment.yml", async () => {
  const image = await build({
    "environment.yml":
      "dependencies:\n  - python=3.9\n  - six=1.16\n  - pip:\n    - attrs==23.1.0\n",
  });
  expect(image.installed.python).toMatch(/^3\.9\./);
  expect(version(image, "six")).toBe("1.16.0");
  await withServer(image.tag, async (server) => {
    expect(await server.execute("import sys, attrs; print(sys.version_info[:2])")).toBe("(3, 9)");
  });
});

test("a Dockerfile whose image no registry gives: the nearest stands in, and it ends with our contract", async () => {
  const files = {
    Dockerfile:
      '# syntax=docker/dockerfile:1\nARG V=3.11\nFROM python:$V-colophon-slim\nSHELL ["/bin/bash", "-c"]\nRUN pip install --no-cache-dir six==1.16.0\nCOPY table.csv /opt/\nRUN useradd other\nUSER other\nENTRYPOINT ["/bin/false"]\n',
    "table.csv": "1",
  };
  const image = await build(files);
  expect(image.deviations.join(" ")).toContain("python:3.11-colophon-slim could not be had");
  expect(version(image, "six")).toBe("1.16.0");
  await withServer(image.tag, async (server) => {
    expect(
      await server.execute("import os, six; print(os.getuid(), open('/opt/table.csv').read())"),
    ).toBe("1000 1");
  });
});

test("a Dockerfile may not begin from images of ours or images nobody knows", async () => {
  await expect(build({ Dockerfile: "FROM colophon/base:bookworm" })).rejects.toMatchObject({
    code: "base_not_allowed",
  });
  await expect(build({ Dockerfile: "FROM example.invalid/private:1" })).rejects.toMatchObject({
    code: "base_unavailable",
  });
});

test("a requirement that does not exist is explained", async () => {
  const failure = build({ "requirements.txt": "six\ncolophon-has-no-such-package==1\n" });
  await expect(failure).rejects.toMatchObject({
    code: "build_failed",
    message: "There is no package colophon-has-no-such-package on the package index.",
  });
});

test("a failing postBuild is explained", async () => {
  const failure = build({ postBuild: "#!/bin/sh\necho to the log\nexit 3\n" });
  await expect(failure).rejects.toMatchObject({
    code: "build_failed",
    message: "postBuild failed with exit code 3.",
    log: expect.stringContaining("to the log"),
  });
});

test("cancelling really stops the engine's work", async () => {
  const abort = new AbortController();
  const events: BuildEvent[] = [];
  const marker = `colophon-cancel-${process.pid}`;
  const building = build(
    { postBuild: `#!/bin/sh\necho begun\nexec sleep 987654 ${marker.length}\n` },
    events,
    abort.signal,
  );
  const begun = setInterval(() => {
    if (events.some((event) => event.type === "log" && event.text === "begun")) abort.abort();
  }, 20);
  await expect(building).rejects.toMatchObject({ code: "build_cancelled" });
  clearInterval(begun);
  await expect.poll(() => sleeping("sleep 987654"), { timeout: 10_000 }).toBe(false);
});

async function sleeping(command: string): Promise<boolean> {
  const { readdir, readFile } = await import("node:fs/promises");
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (line.replaceAll("\0", " ").startsWith(command)) return true;
  }
  return false;
}

/** Kilobytes below the folders that must hold no caches. */
async function sizes(image: string): Promise<[string, number][]> {
  const container = await docker.createContainer({
    Image: image,
    User: "0",
    Labels: { colophon: "test" },
    Cmd: ["du", "-sk", "/tmp", "/home/jovyan", "/root"],
    Tty: true,
    HostConfig: { NetworkMode: "none" },
  });
  try {
    await container.start();
    await container.wait();
    const text = (await container.logs({ stdout: true })).toString();
    return [...text.matchAll(/(\d+)\s+(\/\S+)/g)].map((match) => [
      match[2] ?? "",
      Number(match[1]),
    ]);
  } finally {
    await container.remove({ force: true });
  }
}
