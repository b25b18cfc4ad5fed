// The first thing that runs: plain JavaScript without dependencies, on whatever Node ≥ 20 the machine has.
// It installs the npm dependencies (Node 24 is one of them), generates the Prisma client, and hands over to
// the TypeScript entry point that it is named: `node bin/bootstrap.mjs start|test|bench [arguments]`.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const modules = path.join(root, "node_modules");
const node24 = path.join(modules, "node/bin/node");

const say = (line) => process.stderr.write(`${line}\n`);

function hashOf(...files) {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(path.join(root, file)));
  return hash.digest("hex");
}

function isMarked(file, value) {
  return existsSync(file) && readFileSync(file, "utf8") === value;
}

/** Runs a program to its end, its output below our own. Throws a sentence when it fails. */
function run(title, program, args, env = {}) {
  say(`  … ${title}`);
  const started = Date.now();
  const { status, signal, error } = spawnSync(program, args, {
    cwd: root,
    stdio: ["ignore", 2, 2],
    env: { ...process.env, ...env },
  });
  if (error) throw new Error(`${title} failed: ${error.message}`);
  if (signal) process.exit(130);
  if (status !== 0) {
    throw new Error(
      `${title} failed (code ${status}). Read the lines above, mend what they name, and start again.`,
    );
  }
  say(`  ✓ ${title} (${Math.round((Date.now() - started) / 1000)} s)`);
}

/** Lets one bootstrap at a time change node_modules; waits for another that does. */
function withLock(work) {
  const lock = path.join(root, ".bootstrap-lock");
  for (let told = false; ; ) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const holder = path.join(lock, "pid");
    const pid = existsSync(holder) ? Number(readFileSync(holder, "utf8")) : 0;
    // Without a number yet: its holder was killed in between, or is about to write it.
    const age = existsSync(lock) ? Date.now() - statSync(lock).mtimeMs : 0;
    if ((pid && !existsSync(`/proc/${pid}`)) || (!pid && age > 2_000)) {
      rmSync(lock, { recursive: true, force: true });
      continue;
    }
    if (!told) say("  … waiting for another start that installs the dependencies");
    told = true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
  try {
    writeFileSync(path.join(lock, "pid"), String(process.pid));
    return work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}

/** Installs what package-lock.json names and generates the Prisma client, unless that is done already. */
export function ensureDependencies() {
  const installed = path.join(modules, ".colophon-installed");
  const generated = path.join(root, "lib/db/generated/.colophon-generated");
  const wantedModules = hashOf("package-lock.json", "package.json");
  const wantedClient = hashOf("prisma/schema.prisma", "package-lock.json");
  if (isMarked(installed, wantedModules) && isMarked(generated, wantedClient)) return;
  withLock(() => {
    if (!isMarked(installed, wantedModules)) {
      const npm = ["ci", "--no-audit", "--no-fund", "--loglevel=error", "--include=dev"];
      // NODE_ENV=production would leave out what the build itself needs.
      run("npm dependencies", "npm", npm, { NODE_ENV: "development" });
      const link = path.join(modules, ".bin/colophon");
      rmSync(link, { force: true });
      symlinkSync("../../bin/colophon", link);
      writeFileSync(installed, wantedModules);
    }
    if (!isMarked(generated, wantedClient)) {
      const prisma = path.join(modules, "prisma/build/index.js");
      // Generating needs no schema engine; naming one keeps Prisma from downloading it.
      const env = {
        PRISMA_SCHEMA_ENGINE_BINARY: "/bin/true",
        CHECKPOINT_DISABLE: "1",
        PRISMA_HIDE_UPDATE_MESSAGE: "1",
      };
      run("Prisma client", node24, [prisma, "generate", "--no-hints"], env);
      writeFileSync(generated, wantedClient);
    }
  });
}

/** Runs one of our TypeScript entry points on Node 24 in this process's place; gives its exit code. */
export async function handOver(script, args) {
  const child = spawn(
    node24,
    ["--enable-source-maps", path.join(root, "bin", `${script}.ts`), ...args],
    {
      stdio: "inherit",
      env: { ...process.env, PATH: `${path.join(modules, ".bin")}:${process.env.PATH}` },
    },
  );
  // Ctrl-C may reach the child twice, once through us: it stops once.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => child.kill(signal));
  return await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? (signal ? 130 : 1)));
  });
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [script = "start", ...args] = process.argv.slice(2);
  try {
    if (Number(process.versions.node.split(".")[0]) < 20) {
      throw new Error(
        `Colophon needs Node 20 or newer to start; this is ${process.versions.node}.`,
      );
    }
    ensureDependencies();
    process.exit(await handOver(script, args));
  } catch (error) {
    say(`\n${error.message}`);
    process.exit(1);
  }
}
