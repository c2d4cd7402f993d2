import assert from "node:assert/strict";
import {
  appendFileSync,
  chmodSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { silentLogger } from "../cli/log.ts";
import { makeLake, makeOriginalRun, makeSealedRun } from "../lake/testing/fixture_runs.ts";
import { runScript } from "../lake/testing/run_script.ts";
import { promote } from "./promote.ts";
import { openIntents, readPromotions, recordFollowed } from "./promotions.ts";
import { rollback, rollbackTarget } from "./rollback.ts";

const [A, B, C] = [
  "2025-10__20251120_000000",
  "2025-11__20251220_000000",
  "2025-12__20260120_000000",
] as const;

const activeOf = (lake: string) => readlinkSync(join(lake, "active")).replace("_runs/", "");

async function lakeWith(...runs: string[]) {
  const lake = makeLake();
  for (const run of runs) await makeSealedRun(lake, run);
  return lake;
}

test("repeating it goes further back, and never to a run that was rolled back from", async () => {
  const lake = await lakeWith(A, B, C);
  for (const run of [A, B, C]) await promote(lake, run);
  assert.deepEqual(await rollback(lake), { outcome: "rolled back", from: C, to: B });
  // Of two that decide at the same time to go back from C, the second finds it done.
  assert.deepEqual(await rollback(lake, { from: C, to: B }), { outcome: "already active", from: B, to: B });
  await assert.rejects(rollback(lake, { from: C }), {
    message: `run ${B} was made active in the meantime, in place of ${C}: nothing was switched; see bin/lake status`,
  });
  assert.deepEqual(await rollback(lake), { outcome: "rolled back", from: B, to: A });
  await assert.rejects(
    rollback(lake),
    new RegExp(
      `no run was active before ${A}: choose another with --to RUN_ID \\(rollback\\.dig: -p rollback_run_id=`,
    ),
  );
  assert.equal(activeOf(lake), A);
  await promote(lake, C);
  assert.equal((await rollback(lake)).to, A);
  const actions = (await readPromotions(lake)).lines.flatMap((line) =>
    line.event === "intent" ? [line.action] : [],
  );
  assert.deepEqual(actions, ["promote", "promote", "promote", "rollback", "rollback", "promote", "rollback"]);
});

test("goes back to what was active last, when an older run had been promoted again", async () => {
  const lake = await lakeWith(A, B, C);
  for (const run of [A, B, C]) await promote(lake, run);
  await promote(lake, B, { allowOlder: true });
  for (const to of [C, B, A]) assert.equal((await rollback(lake)).to, to);
  await promote(lake, C);
  await promote(lake, B, { allowOlder: true });
  await rollback(lake, { to: A });
  await assert.rejects(rollback(lake), /no run was active before/);
});

test("goes back from a run that was named, but never active before, to one that was", async () => {
  const lake = await lakeWith(A, B, C);
  for (const run of [B, C]) await promote(lake, run);
  await rollback(lake, { to: A });
  assert.equal((await rollback(lake)).to, B);
});

test("a repeated session does not go further back, another one does", async () => {
  const lake = await lakeWith(A, B, C);
  for (const run of [A, B, C]) await promote(lake, run);
  const first = { request: "2026-01-20T19:49:23+00:00" };
  assert.equal((await rollback(lake, first)).to, B);
  assert.deepEqual(await rollback(lake, first), { outcome: "already active", from: B, to: B });
  assert.equal((await rollback(lake, { request: "2026-01-20T19:50:00+00:00" })).to, A);
});

test("a rollback interrupted after switching the link counts as done, even before it is settled", async () => {
  const lake = await lakeWith(A, B);
  for (const run of [A, B]) await promote(lake, run);
  const request = { request: "2026-01-20T19:49:23+00:00" };
  const interrupt = (step: string) => {
    if (step === "link") throw new Error("interrupted");
  };
  await assert.rejects(rollback(lake, { ...request, afterStep: interrupt }), /interrupted/);
  assert.equal(openIntents(await readPromotions(lake)).length, 1);
  assert.equal(await rollbackTarget(lake, request), A);
  assert.equal((await rollback(lake, { ...request, dryRun: true })).outcome, "already active");
  assert.deepEqual(await rollback(lake, request), { outcome: "rolled back", from: B, to: A });
});

test("a rollback that the readers did not follow is only completed, unless it is to go back from its run", async () => {
  const lake = await lakeWith(A, B, C);
  for (const run of [A, B, C]) await promote(lake, run);
  await rollback(lake, { toFollow: true });
  assert.deepEqual(await rollback(lake), { outcome: "already active", from: B, to: B });
  assert.equal(await rollbackTarget(lake, { request: "2026-01-20T19:49:23+00:00" }), B);
  // A failed check of B, say.
  assert.equal(await rollbackTarget(lake, { from: B }), A);
  const followedAfter = async (runId: string) => {
    await recordFollowed(lake, runId, silentLogger);
    return (await readPromotions(lake)).lines.filter(({ event }) => event === "followed").length;
  };
  assert.deepEqual([await followedAfter(C), await followedAfter(B), await followedAfter(B)], [0, 1, 1]);
  assert.equal((await rollback(lake)).to, A);
});

test("goes to a named run, even one that was never active", async () => {
  const lake = await lakeWith(A, B, C);
  for (const run of [B, C]) await promote(lake, run);
  const { code, stdout } = await runScript("scripts/rollback.ts", "--lake", lake, "--to", A);
  assert.deepEqual([code, stdout], [0, `rolled back: run ${A} (active before: ${C})\n`]);
  assert.equal(activeOf(lake), A);
  assert.equal((await rollback(lake, { to: A })).outcome, "already active");
  await assert.rejects(rollback(lake, { to: "nonsense" }), /not a run id/);
});

test("a dry run prints the target and writes nothing", async () => {
  const lake = await lakeWith(A, B);
  for (const run of [A, B]) await promote(lake, run);
  const { lines } = await readPromotions(lake);
  assert.deepEqual(await rollback(lake, { dryRun: true }), {
    outcome: "would be rolled back",
    from: B,
    to: A,
  });
  assert.equal(activeOf(lake), B);
  assert.deepEqual((await readPromotions(lake)).lines, lines);
});

test("refuses a run that is gone or fails verification", async () => {
  const lake = await lakeWith(A, B);
  for (const run of [A, B]) await promote(lake, run);
  renameSync(join(lake, "_runs", A), join(lake, "elsewhere"));
  await assert.rejects(rollback(lake), new RegExp(`there is no run ${A}`));
  renameSync(join(lake, "elsewhere"), join(lake, "_runs", A));
  const file = join(lake, "_runs", A, "labels_v10", "part-00000.parquet");
  chmodSync(file, 0o644);
  appendFileSync(file, "x");
  await assert.rejects(rollback(lake), /does not verify/);
  assert.equal(activeOf(lake), B);
});

test("goes back to a run of the Python original that was active before this program", async () => {
  const lake = await lakeWith(B);
  await makeOriginalRun(lake, A, { without: ["warehouse_discogs/release_artists_v1"] });
  symlinkSync(`_runs/${A}`, join(lake, "active"));
  await promote(lake, B);
  assert.equal((await rollback(lake)).to, A);
  await makeOriginalRun(lake, C);
  await assert.rejects(rollback(lake, { to: C }), /--allow-unsealed/);
});

test("goes away from an active run that is gone", async () => {
  const lake = await lakeWith(A, B);
  for (const run of [A, B]) await promote(lake, run);
  renameSync(join(lake, "_runs", B), join(lake, "elsewhere"));
  assert.deepEqual(await rollback(lake), { outcome: "rolled back", from: B, to: A });
});

test("asks for --to without a record or an active run", async () => {
  const lake = await lakeWith(A);
  const link = join(lake, "active");
  await assert.rejects(rollback(lake), /^ExpectedError: no run is active: choose one with --to/);
  symlinkSync("elsewhere", link);
  await assert.rejects(rollback(lake), /names no run of this lake: choose one with --to/);
  rmSync(link);
  symlinkSync(`_runs/${A}`, link);
  await assert.rejects(rollback(lake), /no promotion of the active run .* on record/);
});

test("killed after switching the link, the same command completes it, and the next goes further back", async () => {
  const lake = await lakeWith(A, B, C);
  for (const run of [A, B, C]) await promote(lake, run);
  const killed = await runScript("lib/lake/testing/die_at_step.ts", "rollback", lake, B, "link");
  assert.equal(killed.signal, "SIGKILL", killed.stderr);
  assert.equal(activeOf(lake), B);
  assert.deepEqual(await rollback(lake), { outcome: "rolled back", from: C, to: B });
  assert.equal(activeOf(lake), B);
  assert.deepEqual(await rollback(lake), { outcome: "rolled back", from: B, to: A });
  assert.deepEqual(openIntents(await readPromotions(lake)), []);
  assert.deepEqual(readdirSync(join(lake, "_meta", "locks")), []);
});

test("the target of a rollback interrupted after switching the link is its present position", async () => {
  const lake = await lakeWith(A, B);
  for (const run of [A, B]) await promote(lake, run);
  assert.equal(await rollbackTarget(lake), A);
  const killed = rollback(lake, {
    afterStep: (step) => {
      if (step === "link") throw new Error("killed");
    },
  });
  await assert.rejects(killed, /killed/);
  assert.equal(await rollbackTarget(lake), A);
  assert.equal((await rollback(lake)).to, A);
});
