import { spawn } from "node:child_process";
import pino from "pino";
import { expect, test } from "vitest";
import { SupervisedChild } from "#lib/processes/child.ts";

const quiet = pino({ level: "silent" });

/** A child that runs `code`; `started` yields the process of every start. */
function supervise(code: string) {
  const waiting: ((pid: number) => void)[] = [];
  const starts: number[] = [];
  const child = new SupervisedChild(
    {
      name: "sample",
      stopSignal: "SIGTERM",
      graceMs: 300,
      spawn: () => {
        const spawned = spawn(process.execPath, ["-e", code], {
          stdio: ["ignore", "pipe", "inherit"],
        });
        spawned.stdout?.once("data", () => {
          starts.push(spawned.pid ?? 0);
          waiting.shift()?.(spawned.pid ?? 0);
        });
        return spawned;
      },
    },
    quiet,
  );
  const next = () => new Promise<number>((resolve) => waiting.push(resolve));
  return { child, next, starts };
}

const staysUp = "console.log('up'); setInterval(() => {}, 1000)";

test("a child that is killed is started again, as another process", async () => {
  const { child, next } = supervise(staysUp);
  const first = next();
  child.start();
  const pid = await first;
  const second = next();
  process.kill(pid, "SIGKILL");
  expect(await second).not.toBe(pid);
  await child.stop();
  expect(child.pid).toBeUndefined();
});

test("a child that is stopped is not started again", async () => {
  const { child, next, starts } = supervise(staysUp);
  const first = next();
  child.start();
  const pid = await first;
  await child.stop();
  expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  expect(starts).toHaveLength(1);
});

test("a child that ignores the request is killed after its grace", async () => {
  const { child, next } = supervise(`process.on('SIGTERM', () => {}); ${staysUp}`);
  const first = next();
  child.start();
  const pid = await first;
  await child.stop();
  expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
});

test("a child that waits for its restart can be stopped", async () => {
  const { child, next, starts } = supervise("console.log('up')");
  const first = next();
  child.start();
  await first;
  await child.stop();
  expect(starts).toHaveLength(1);
});
