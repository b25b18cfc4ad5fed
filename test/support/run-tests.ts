import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ensureBase } from "#builder/index.ts";
import { config, repositoryRoot } from "#lib/config.ts";
import { docker } from "#lib/docker.ts";
import { messageOf } from "#lib/errors.ts";
import { buildPortal, ensureBrowser, ensureEngine, ensureGit, step } from "#lib/setup/index.ts";

const say = (line: string) => process.stderr.write(`${line}\n`);
const tool = (name: string) => path.join(repositoryRoot, "node_modules", name);

interface Suite {
  name: string;
  script: string;
  args: string[];
  /** Where the runner writes its counts, and how to read them. */
  report?: (file: string) => Promise<{ passed: number; failed: number }>;
}

async function vitestCounts(file: string): Promise<{ passed: number; failed: number }> {
  const report = JSON.parse(await readFile(file, "utf8"));
  return { passed: report.numPassedTests, failed: report.numFailedTests };
}

async function playwrightCounts(file: string): Promise<{ passed: number; failed: number }> {
  const { stats } = JSON.parse(await readFile(file, "utf8"));
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected };
}

function suites(reports: string): Suite[] {
  const vitest = (project: string) => [
    "run",
    "--project",
    project,
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${reports}/${project}.json`,
  ];
  return [
    { name: "lint", script: tool("@biomejs/biome/bin/biome"), args: ["ci", "--colors=off", "."] },
    { name: "types", script: tool("typescript/bin/tsc"), args: ["--noEmit"] },
    {
      name: "unit",
      script: tool("vitest/vitest.mjs"),
      args: vitest("unit"),
      report: vitestCounts,
    },
    {
      name: "integration",
      script: tool("vitest/vitest.mjs"),
      args: vitest("integration"),
      report: vitestCounts,
    },
    {
      name: "browser",
      script: tool("@playwright/test/cli.js"),
      args: ["test"],
      report: playwrightCounts,
    },
  ];
}

async function run(suite: Suite, env: NodeJS.ProcessEnv, stop: AbortSignal): Promise<number> {
  say(`\n── ${suite.name} ──`);
  const child = spawn(process.execPath, [suite.script, ...suite.args], {
    cwd: repositoryRoot,
    stdio: ["ignore", "inherit", "inherit"],
    env,
    signal: stop,
    killSignal: "SIGINT",
  });
  return await new Promise((resolve, reject) => {
    child.on("error", (error) => {
      if (error.name !== "AbortError") reject(error);
    });
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

/**
 * Does all set-up that tests need, then runs lint, types, unit, integration and browser tests (or only the
 * suites that are named). Leaves no engine behind that it started. Gives the exit code.
 */
export async function runTests(only: string[]): Promise<number> {
  const reports = await mkdtemp(path.join(tmpdir(), "colophon-reports-"));
  const wanted = suites(reports).filter((suite) => !only.length || only.includes(suite.name));
  // Interrupted, it still lets go of what it started.
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => stop.abort(new Error("The tests were interrupted.")));
  }
  let release = async (): Promise<void> => undefined;
  let failures = 0;
  let passed = 0;
  let failed = 0;
  try {
    say("Setting up the tests");
    const env: NodeJS.ProcessEnv = { ...process.env, COLOPHON_REPORTS: reports };
    if (wanted.some(({ name }) => name === "integration" || name === "browser")) {
      release = await step("Docker engine", ensureEngine);
      await step("Git", ensureGit);
      const { caBundle } = config();
      await step("Base image", (note) =>
        ensureBase({
          docker: docker(),
          suite: "bookworm",
          onEvent: (event) => note(event.type === "phase" ? event.message : ""),
          ...(caBundle ? { caBundle } : {}),
        }),
      );
    }
    if (wanted.some(({ name }) => name === "browser")) {
      env.COLOPHON_BROWSER = await step("Browser", ensureBrowser);
      await step("Portal's production build", (note) => buildPortal(note, stop.signal));
    }
    for (const suite of wanted) {
      stop.signal.throwIfAborted();
      if ((await run(suite, env, stop.signal)) !== 0) {
        failures += 1;
        say(`✗ ${suite.name} failed`);
      }
      if (suite.report && !stop.signal.aborted) {
        const counts = await suite.report(path.join(reports, `${suite.name}.json`));
        passed += counts.passed;
        failed += counts.failed;
      }
    }
  } catch (error) {
    say(`\n${messageOf(error)}`);
    failures += 1;
  } finally {
    await release();
    await rm(reports, { recursive: true, force: true });
  }
  process.stdout.write(`\n${passed} passed, ${failed} failed\n`);
  return failures === 0 && failed === 0 ? 0 : 1;
}
