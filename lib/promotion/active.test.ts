import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { makeLake } from "../lake/testing/fixture_runs.ts";
import { readActive, requireActiveRun, requireSwitchable, switchActive } from "./active.ts";

const RUN = "2025-12__20260120_194923";

function lakeWithRun() {
  const lake = makeLake();
  mkdirSync(join(lake, "_runs", RUN));
  return lake;
}

test("active is missing, a link to a run, dangling, or points elsewhere", async () => {
  const lake = lakeWithRun();
  const active = join(lake, "active");
  const link = (target: string) => {
    rmSync(active, { force: true });
    symlinkSync(target, active);
  };
  assert.deepEqual(await readActive(lake), { kind: "missing" });
  link(`_runs/${RUN}`);
  assert.deepEqual(await readActive(lake), { kind: "run", runId: RUN, dir: join(lake, "_runs", RUN) });
  link(join(lake, "_runs", RUN));
  assert.equal((await readActive(lake)).kind, "run");
  const gone = "2025-11__20251220_194923";
  link(`_runs/${gone}`);
  assert.deepEqual(await readActive(lake), { kind: "dangling", target: `_runs/${gone}`, runId: gone });
  link("nowhere");
  assert.deepEqual(await readActive(lake), { kind: "dangling", target: "nowhere" });
  mkdirSync(join(lake, "_runs", "20260117_192144"));
  link("_runs/20260117_192144");
  assert.deepEqual(await readActive(lake), { kind: "elsewhere", target: "_runs/20260117_192144" });
  link("active");
  assert.deepEqual(await readActive(lake), { kind: "dangling", target: "active" });
  await assert.rejects(requireActiveRun(lake), /points to active, which is not a run: promote/);
});

test("a directory or file in its place is a one-line error", async () => {
  const lake = lakeWithRun();
  mkdirSync(join(lake, "active"));
  await assert.rejects(requireSwitchable(lake), /active is a directory, not a link: move it away/);
  await assert.rejects(switchActive(lake, RUN), /is a directory/);
  rmSync(join(lake, "active"), { recursive: true });
  writeFileSync(join(lake, "active"), "");
  await assert.rejects(requireSwitchable(lake), /active is a file, not a link/);
  assert.deepEqual(readdirSync(lake).sort(), ["_runs", "active"]);
});

test("switching creates a relative link and cleans up after interrupted switches", async () => {
  const lake = lakeWithRun();
  symlinkSync("nowhere", join(lake, "_tmp.active.1"));
  await switchActive(lake, RUN);
  assert.equal(readlinkSync(join(lake, "active")), `_runs/${RUN}`);
  assert.deepEqual(readdirSync(lake).sort(), ["_runs", "active"]);
});

test("the temporary link exists at no time at which an interruption could arrive", async () => {
  const lake = lakeWithRun();
  const seen: string[] = [];
  let isDone = false;
  const watch = () => {
    seen.push(...readdirSync(lake).filter((name) => name.startsWith("_tmp.")));
    if (!isDone) setImmediate(watch);
  };
  watch();
  for (let times = 0; times < 50; times += 1) await switchActive(lake, RUN);
  isDone = true;
  assert.deepEqual(seen, []);
});
