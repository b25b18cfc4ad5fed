import { beforeAll, expect, test } from "vitest";
import { buildEnvironment, readEnvironment } from "#builder/index.ts";
import { caBundle, docker, folder, removeLater, type Server, withServer } from "./builder-probe.ts";

async function build(content: Record<string, string>): Promise<string> {
  const dir = await folder(content);
  const { tag } = await buildEnvironment(await readEnvironment(dir), { docker, dir, caBundle });
  removeLater(tag);
  return tag;
}

let image = "";
beforeAll(async () => {
  image = await build({
    "requirements.txt": "six==1.17.0\n",
    postBuild:
      "#!/bin/sh\necho made > made.txt\nmkdir ~/models ~/.tool\necho weights > ~/models/one\necho x > ~/.tool/x\n",
  });
});

const files = { "note.txt": "mounted", "sub/paper.ipynb": "{}" };
const held = async (server: Server) => JSON.parse((await server.get("colophon/ready")).body).kernel;
const kernels = async (server: Server) => JSON.parse((await server.get("api/kernels")).body);
const start = async (server: Server, body: object = {}) =>
  JSON.parse((await server.post("api/kernels", body)).body).id as string;

test("the kernel that was started ahead goes to the first who wants one, and is then like any other", async () => {
  await withServer(
    image,
    async (server) => {
      const ready = await held(server);
      expect(ready).toMatchObject({ name: "python3" });
      expect(await kernels(server)).toEqual([]);
      const [first, second] = await Promise.all([start(server), start(server)]);
      expect([first, second]).toContain(ready.id);
      expect(first).not.toBe(second);
      expect(await held(server)).toBeNull();
      expect(await kernels(server)).toHaveLength(2);

      const where =
        "import os; x = 1; print(os.getcwd(), os.environ.get('JUPYTER_TOKEN'), os.getpid())";
      const [cwd, token, before] = (await server.execute(where, ready.id)).split(" ");
      expect([cwd, token]).toEqual(["/home/jovyan/work", "None"]);
      // What postBuild left in the home folder is back in the session's, and may be changed.
      const home = "cat ~/models/one; echo more >> ~/models/one; rm ~/.tool/x; ls -A ~";
      const listed = (await server.exec(["sh", "-c", home])).split(/\s+/);
      expect(listed).toEqual(expect.arrayContaining(["weights", "models", ".tool", "work"]));
      const sleeping = server.execute("import time\nprint('begun')\ntime.sleep(60)", ready.id);
      await expect.poll(async () => await state(server, ready.id)).toBe("busy");
      expect((await server.post(`api/kernels/${ready.id}/interrupt`, {})).status).toBe(204);
      expect(await sleeping).toContain("KeyboardInterrupt");
      expect(await server.execute("print(x)", ready.id)).toBe("1");

      expect((await server.post(`api/kernels/${ready.id}/restart`, {})).status).toBe(200);
      expect(await server.execute("print(x)", ready.id)).toContain("NameError");
      const [again, , after] = (await server.execute(where, ready.id)).split(" ");
      expect(again).toBe("/home/jovyan/work");
      expect(after).not.toBe(before);
      expect((await server.delete(`api/kernels/${ready.id}`)).status).toBe(204);
      expect(await server.exec(["sh", "-c", `ls /proc/${after} 2>&1`])).toContain("No such file");
    },
    files,
    ["COLOPHON_KERNEL=default"],
  );
});

test("a notebook's session gets it in the notebook's folder, and a restart stays there", async () => {
  await withServer(
    image,
    async (server) => {
      const ready = await held(server);
      const session = await server.post("api/sessions", {
        path: "sub/paper.ipynb",
        name: "paper.ipynb",
        type: "notebook",
        kernel: { name: "python3" },
      });
      expect(JSON.parse(session.body).kernel.id).toBe(ready.id);
      const where = "import os; print(os.getcwd(), os.environ['JPY_SESSION_NAME'], __session__)";
      const expected =
        "/home/jovyan/work/sub /home/jovyan/work/sub/paper.ipynb /home/jovyan/work/sub/paper.ipynb";
      expect(await server.execute(where, ready.id)).toBe(expected);
      await server.post(`api/kernels/${ready.id}/restart`, {});
      expect(await server.execute(where, ready.id)).toBe(expected);
    },
    files,
    ["COLOPHON_KERNEL=default"],
  );
});

test("a server that waits for its files: they, their folder and the variables come with the claim", async () => {
  await withServer(
    image,
    async (server) => {
      const ready = await held(server);
      expect(await server.exec(["ls", "/home/jovyan/work"])).not.toContain("made.txt");
      const claim = { env: { BINDER_REPO_URL: "https://example.org/it's $HOME" } };
      for (const _ of ["once", "again"]) {
        expect((await server.post("colophon/claim", claim)).status).toBe(200);
      }
      expect(await server.exec(["ls", "/home/jovyan/work"])).toContain("made.txt");
      const print =
        "import os; print(os.getcwd(), os.environ['PWD'], os.environ['BINDER_REPO_URL'])";
      const expected = "/home/jovyan/work /home/jovyan/work https://example.org/it's $HOME";
      expect(await server.execute(print, await start(server))).toBe(expected);
      const fresh = await start(server);
      expect(fresh).not.toBe(ready.id);
      expect(await server.execute(print, fresh)).toBe(expected);
      for (const env of [{ "A=B": "x" }, { A: 1 }, { A: "\0" }, []]) {
        expect((await server.post("colophon/claim", { env })).status).toBe(400);
      }
    },
    files,
    ["COLOPHON_KERNEL=default", "COLOPHON_CLAIM=1"],
  );
});

test("channels that were opened ahead: the first who connects is answered on them, others on their own, and none after a restart", async () => {
  const code = "import sys; print('out'); print('err', file=sys.stderr); input('question')";
  await withServer(
    image,
    async (server) => {
      const { id } = await held(server);
      await server.post("colophon/claim", {});
      expect(await start(server)).toBe(id);
      expect(await server.execute("x = 6; print(x * 7)", id)).toBe("42");
      expect(await server.execute("print(x)", id)).toBe("6");
      expect(await server.execute(code, id)).toContain("out");
    },
    files,
    ["COLOPHON_KERNEL=default", "COLOPHON_CLAIM=1"],
  );
  await withServer(
    image,
    async (server) => {
      const { id } = await held(server);
      await server.post("colophon/claim", {});
      expect(await start(server)).toBe(id);
      expect((await server.post(`api/kernels/${id}/restart`, {})).status).toBe(200);
      expect(await server.execute("import os; print('up', os.getcwd())", id)).toBe(
        "up /home/jovyan/work",
      );
    },
    files,
    ["COLOPHON_KERNEL=default", "COLOPHON_CLAIM=1"],
  );
});

test("a full workspace: nothing can be written but what is open, deleting works, and room is given back", async () => {
  await withServer(
    image,
    async (server) => {
      const kernel = await start(server);
      const write = (name: string) =>
        server.execute(
          `f = open("${name}", "w"); f.write("x" * 99_999); f.close(); print("written")`,
          kernel,
        );
      await server.execute(
        "open('old.bin', 'w').write('x' * 100); held = open('held.txt', 'w')",
        kernel,
      );
      const save = (path: string, content: string) =>
        server.put(`api/contents/${path}`, { type: "file", format: "text", content });
      expect((await save("own.txt", "first")).status).toBe(201);
      const message = "The workspace is full (10 GB): delete files.";
      expect((await server.post("colophon/full", { message })).status).toBe(200);
      expect(await write("new.txt")).toContain("File too large");
      // What was open for writing before is bound too.
      expect(await server.execute("held.write('y' * 99_999); held.flush()", kernel)).toContain(
        "OSError",
      );
      expect(await server.execute("import os; os.remove('old.bin'); print('gone')", kernel)).toBe(
        "gone",
      );
      const refused = await save("upload.txt", "x");
      expect(refused.status).toBe(507);
      expect(JSON.parse(refused.body).message).toContain(message);
      // An open document is saved all the same, within reason.
      expect((await save("own.txt", "first, and more")).status).toBe(200);
      expect((await save("own.txt", "x".repeat(9 * 1024 ** 2))).status).toBe(507);
      // A kernel that starts meanwhile is bound as well.
      const fresh = await start(server);
      await expect
        .poll(() => server.execute("open('fresh.txt', 'w').write('x' * 99_999)", fresh), {
          timeout: 10_000,
        })
        .toContain("File too large");

      expect((await server.post("colophon/full", { message: null })).status).toBe(200);
      expect(await write("new.txt")).toBe("written");
      expect(
        await server.execute("open('fresh.txt', 'w').write('x' * 99_999); print(1)", fresh),
      ).toBe("1");
      expect((await save("upload.txt", "x")).status).toBe(201);
    },
    files,
  );
});

test("a kernel that cannot be taken over is replaced by a normal one", async () => {
  await withServer(
    image,
    async (server) => {
      expect(await held(server)).toBeNull();
      expect(await server.execute("print('runs')", await start(server))).toBe("runs");
    },
    {
      "sitecustomize.py":
        "import os\nif not os.path.exists('/tmp/one'):\n    open('/tmp/one', 'w').close()\n    os._exit(1)\n",
    },
    // The first Python that is started with this ends at once.
    ["COLOPHON_KERNEL=default", "PYTHONPATH=/home/jovyan/work"],
  );
});

test("the same with the oldest Python, and so the oldest Jupyter server", async () => {
  await withServer(
    await build({ "runtime.txt": "python-3.9" }),
    async (server) => {
      const ready = await held(server);
      expect((await server.post("colophon/claim", {})).status).toBe(200);
      expect(await start(server, { path: "sub/paper.ipynb" })).toBe(ready.id);
      const where = "import os, sys; print(os.getcwd(), sys.version_info[:2])";
      expect(await server.execute(where, ready.id)).toBe("/home/jovyan/work/sub (3, 9)");
    },
    files,
    ["COLOPHON_KERNEL=default", "COLOPHON_CLAIM=1"],
  );
});

async function state(server: Server, id: string): Promise<string> {
  return JSON.parse((await server.get(`api/kernels/${id}`)).body).execution_state;
}
