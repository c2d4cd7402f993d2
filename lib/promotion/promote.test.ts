import assert from "node:assert/strict";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { silentLogger } from "../cli/log.ts";
import { namesIn } from "../files/files.ts";
import { inRun, lakePaths, promotionPageLockPath, sealedDir } from "../files/paths.ts";
import { readManifest } from "../lake/manifest.ts";
import { PARQUET_SANITY, SANITY_OF_RUN, writeReport } from "../lake/reports.ts";
import { makeBuildingRun, makeLake, makeOriginalRun, makeSealedRun } from "../lake/testing/fixture_runs.ts";
import { runScript } from "../lake/testing/run_script.ts";
import { runsOnceActive } from "./once_active.ts";
import { promote } from "./promote.ts";
import { openIntents, readPromotions, type SwitchStep } from "./promotions.ts";
import { rollback } from "./rollback.ts";

const RUN = "2025-12__20260120_194923";
const OLDER = "2025-11__20251220_194923";

const activeOf = (lake: string) => readlinkSync(join(lake, "active"));

/** Every name in a lake outside of its runs. */
const outsideRuns = (lake: string) =>
  (readdirSync(lake, { recursive: true, encoding: "utf8" }) as string[])
    .filter((name) => !name.startsWith("_runs"))
    .sort();

test("promotes a sealed run, recording intent and completion", async () => {
  const lake = makeLake();
  await makeSealedRun(lake, OLDER);
  await makeSealedRun(lake, RUN);
  assert.deepEqual(await promote(lake, OLDER), { outcome: "promoted", previous: undefined });
  assert.deepEqual(await promote(lake, RUN), { outcome: "promoted", previous: OLDER });
  assert.equal(activeOf(lake), `_runs/${RUN}`);
  const { lines, torn } = await readPromotions(lake);
  assert.equal(torn, undefined);
  assert.deepEqual(
    lines.map((line) => {
      if (line.event === "intent") return [line.action, line.run_id, line.previous];
      return line.event === "done" ? [line.switched, line.settled] : [line.event];
    }),
    [
      ["promote", OLDER, null],
      [true, false],
      ["promote", RUN, OLDER],
      [true, false],
    ],
  );
});

test("promoting the active run writes nothing", async () => {
  const lake = makeLake();
  await makeSealedRun(lake, RUN);
  await promote(lake, RUN);
  const before = readFileSync(join(lake, "_meta", "promotions.jsonl"), "utf8");
  assert.equal((await promote(lake, RUN)).outcome, "already active");
  assert.equal(readFileSync(join(lake, "_meta", "promotions.jsonl"), "utf8"), before);
});

test("a dry run checks and writes nothing", async () => {
  const lake = makeLake();
  await makeSealedRun(lake, RUN);
  const before = outsideRuns(lake);
  assert.equal((await promote(lake, RUN, { dryRun: true })).outcome, "would be promoted");
  await assert.rejects(promote(lake, OLDER, { dryRun: true }), /there is no run/);
  assert.deepEqual(outsideRuns(lake), before);
});

type Refusal = { make: (lake: string) => Promise<unknown>; message: RegExp };
const refusals: Record<string, Refusal> = {
  "a missing run": { make: async () => {}, message: /there is no run/ },
  "an unsealed run": {
    make: (lake) => makeBuildingRun(lake, RUN),
    message: /is not sealed: test it/,
  },
  "a run with a changed file": {
    make: async (lake) => {
      const file = join(await makeSealedRun(lake, RUN), "labels_v10", "part-00000.parquet");
      chmodSync(file, 0o644);
      appendFileSync(file, "x");
    },
    message: /does not verify: labels_v10\/part-00000\.parquet/,
  },
  "a run whose manifest lacks a dataset": {
    make: async (lake) => {
      const dir = await makeSealedRun(lake, RUN, { tables: { release_artists_v1: [] } });
      const manifest = await readManifest(dir);
      assert.ok(manifest !== undefined);
      const { release_artists_v1: _, ...datasets } = manifest.datasets;
      chmodSync(join(dir, "manifest.json"), 0o644);
      writeFileSync(join(dir, "manifest.json"), JSON.stringify({ ...manifest, datasets }));
    },
    message: /does not verify: manifest\.json: lacks warehouse_discogs\/release_artists_v1/,
  },
  "a run whose manifest has a false CRITICAL check, whatever its newest report says": {
    make: async (lake) => {
      const dir = await makeSealedRun(lake, RUN);
      const manifest = await readManifest(dir);
      assert.ok(manifest !== undefined);
      manifest.tests.duckdb_sanity_run.passed = false;
      chmodSync(join(dir, "manifest.json"), 0o644);
      writeFileSync(join(dir, "manifest.json"), JSON.stringify(manifest));
    },
    message: /CRITICAL check of run .* failed \(manifest\.json\)/,
  },
  "a run with a false CRITICAL check in a later report": {
    make: async (lake) => {
      const dir = await makeSealedRun(lake, RUN);
      const csv = "check_name,severity,value,ok,details\nartists_v1.null_artist_id,CRITICAL,3,false,\n";
      await writeReport(dir, SANITY_OF_RUN, "csv", csv);
    },
    message: /CRITICAL check of run .* failed .*artists_v1\.null_artist_id/,
  },
  "a run of the Python original, without permission": {
    make: (lake) => makeOriginalRun(lake, RUN),
    message: /has no manifest.*--allow-unsealed/,
  },
};

for (const [what, { make, message }] of Object.entries(refusals)) {
  test(`does not promote ${what}`, async () => {
    const lake = makeLake();
    await makeSealedRun(lake, OLDER);
    await promote(lake, OLDER);
    await make(lake);
    await assert.rejects(promote(lake, RUN), message);
    assert.equal(activeOf(lake), `_runs/${OLDER}`);
    assert.equal((await readPromotions(lake)).lines.length, 2);
  });
}

test("a warning or another test's report does not prevent promotion", async () => {
  const lake = makeLake();
  const dir = await makeSealedRun(lake, RUN);
  const csv = "check_name,severity,value,ok,details\nartists_v1.empty_name,WARN,3,false,\n";
  await writeReport(dir, SANITY_OF_RUN, "csv", csv);
  await writeReport(dir, PARQUET_SANITY, "json", "{}");
  assert.equal((await promote(lake, RUN)).outcome, "promoted");
});

test("promotes a run of the Python original with permission, if it has all datasets", async () => {
  const lake = makeLake();
  await makeOriginalRun(lake, OLDER);
  await makeOriginalRun(lake, RUN, { without: ["warehouse_discogs/release_artists_v1"] });
  const warnings: string[] = [];
  const log = { ...silentLogger, warn: (line: string) => warnings.push(line) };
  assert.equal((await promote(lake, OLDER, { allowUnsealed: true, log })).outcome, "promoted");
  assert.match(warnings.join(), /not verified/);
  await assert.rejects(
    promote(lake, RUN, { allowUnsealed: true }),
    /lacks datasets: warehouse_discogs\/release_artists_v1$/,
  );
});

test("active as a directory is a one-line error, and is kept", async () => {
  const lake = makeLake();
  await makeSealedRun(lake, RUN);
  mkdirSync(join(lake, "active"));
  const { code, stderr } = await runScript("scripts/promote.ts", RUN, "--lake", lake);
  assert.equal(code, 2);
  assert.match(stderr, /^scripts\/promote\.ts: error: \S+active is a directory, not a link.*\n$/);
});

test("replaces an old link to something else, and reports it", async () => {
  const lake = makeLake();
  await makeSealedRun(lake, RUN);
  symlinkSync("_runs/20260117_192144", join(lake, "active"));
  const warnings: string[] = [];
  await promote(lake, RUN, { log: { ...silentLogger, warn: (line) => warnings.push(line) } });
  assert.match(warnings.join(), /active, which points to _runs\/20260117_192144/);
  assert.equal(activeOf(lake), `_runs/${RUN}`);
});

for (const { step, switched } of [
  { step: "intent", switched: false },
  { step: "link", switched: true },
]) {
  test(`killed after "${step}", the next promotion settles it from the link`, async () => {
    const lake = makeLake();
    await makeSealedRun(lake, OLDER);
    await makeSealedRun(lake, RUN);
    await promote(lake, OLDER);
    const killed = await runScript("lib/lake/testing/die_at_step.ts", "promote", lake, RUN, step);
    assert.equal(killed.signal, "SIGKILL", killed.stderr);
    assert.equal(openIntents(await readPromotions(lake)).length, 1);
    const { outcome } = await promote(lake, RUN);
    assert.equal(outcome, switched ? "already active" : "promoted");
    assert.equal(activeOf(lake), `_runs/${RUN}`);
    const promotions = await readPromotions(lake);
    assert.deepEqual(openIntents(promotions), []);
    const settled = promotions.lines.filter((line) => line.event === "done" && line.settled);
    assert.deepEqual(
      settled.map((line) => line.event === "done" && line.switched),
      [switched],
    );
  });
}

test("an interrupted promotion that had not switched the link does not count as one", async () => {
  const lake = makeLake();
  await makeSealedRun(lake, OLDER);
  await makeSealedRun(lake, RUN);
  await promote(lake, OLDER);
  const interrupt = (step: SwitchStep) => {
    if (step === "intent") throw new Error("interrupted");
  };
  await assert.rejects(promote(lake, RUN, { afterStep: interrupt }), /interrupted/);
  assert.equal((await promote(lake, OLDER)).outcome, "already active");
  assert.deepEqual(openIntents(await readPromotions(lake)), []);
  assert.deepEqual([...(await runsOnceActive(lake))], [OLDER]);
});

test("drops and reports a torn last line, and stops at a damaged line in the middle", async () => {
  const lake = makeLake();
  await makeSealedRun(lake, OLDER);
  await makeSealedRun(lake, RUN);
  await promote(lake, OLDER);
  const path = join(lake, "_meta", "promotions.jsonl");
  appendFileSync(path, '{"event":"intent","id":"0');
  const warnings: string[] = [];
  await promote(lake, RUN, { log: { ...silentLogger, warn: (line) => warnings.push(line) } });
  assert.match(warnings.join(), /torn last line/);
  assert.equal((await readPromotions(lake)).lines.length, 4);
  appendFileSync(path, "junk\n");
  await assert.rejects(promote(lake, OLDER), /promotions\.jsonl line 5 is not a promotion/);
});

test("promotes a run of an older month than the active run's only when allowed", async () => {
  const lake = makeLake();
  const sameMonth = "2025-12__20260101_000000";
  for (const run of [OLDER, RUN, sameMonth]) await makeSealedRun(lake, run);
  await promote(lake, RUN);
  const names = new RegExp(`run ${OLDER} is of 2025-11, an older month than that of the active run ${RUN}: `);
  for (const dryRun of [true, false]) {
    await assert.rejects(promote(lake, OLDER, { dryRun }), {
      name: "ExpectedError",
      exitCode: 2,
      message: names,
    });
    assert.equal(activeOf(lake), `_runs/${RUN}`);
  }
  assert.equal((await promote(lake, OLDER, { dryRun: true, allowOlder: true })).outcome, "would be promoted");
  assert.equal((await promote(lake, sameMonth)).outcome, "promoted", "the time of a run is irrelevant");
  assert.equal((await promote(lake, OLDER, { allowOlder: true })).outcome, "promoted");
  assert.equal((await rollback(lake)).to, sameMonth);
  assert.equal(
    (await rollback(lake, { to: OLDER })).outcome,
    "rolled back",
    "going back needs no permission",
  );
});

test("the script promotes the given run, even an older one when allowed", async () => {
  const lake = makeLake();
  await makeSealedRun(lake, OLDER);
  await makeSealedRun(lake, RUN);
  const script = (...args: string[]) => runScript("scripts/promote.ts", ...args, "--lake", lake);
  const dry = await script(RUN, "--dry-run=true");
  assert.deepEqual([dry.code, dry.stdout], [0, `would be promoted: run ${RUN} (active before: none)\n`]);
  assert.equal(readdirSync(lake).includes("active"), false);
  const yes = await script("--promote-run-id=", RUN, "--dry-run=", "--allow-older=false");
  assert.deepEqual([yes.code, yes.stdout], [0, `promoted: run ${RUN} (active before: none)\n`]);
  const older = await script("--promote-run-id", OLDER);
  assert.equal(older.code, 2);
  assert.match(
    older.stderr,
    /is of 2025-11, an older month .* --allow-older \(workflows: -p allow_older=true\)/,
  );
  const allowed = await script(OLDER, "--allow-older");
  assert.deepEqual([allowed.code, allowed.stdout], [0, `promoted: run ${OLDER} (active before: ${RUN})\n`]);
});

test("each promotion by the script writes one page of the run, and repeating the command none", async () => {
  const lake = makeLake();
  for (const run of [OLDER, RUN]) await makeSealedRun(lake, run);
  const pages = async (run: string) => {
    const names = await namesIn(inRun.reports(sealedDir(lake, run)));
    return names.filter((name) => /^index_\d{8}_\d{6}_\d{3}\.html$/.test(name)).length;
  };
  const script = async (...args: string[]) => {
    const { code, stderr } = await runScript("scripts/promote.ts", ...args, "--lake", lake);
    assert.equal(code, 0, stderr);
  };
  await script(RUN, "--dry-run");
  assert.equal(await pages(RUN), 0, "a dry run writes none");
  await promote(lake, OLDER);
  await script(OLDER);
  assert.equal(await pages(OLDER), 1, "the command completes a promotion that ended before its page");
  await script(RUN);
  const left = join(inRun.reports(sealedDir(lake, RUN)), "_tmp.index_20260905_060000_000.html.1");
  writeFileSync(left, "of a call that was killed after it had published the page");
  await script(RUN);
  assert.deepEqual([await pages(RUN), existsSync(left)], [1, false]);
  await rollback(lake);
  await script(OLDER);
  assert.equal(await pages(OLDER), 1, "the run was active again, not promoted again");
  await script(RUN);
  assert.equal(await pages(RUN), 2);
});

test("a script that switches alone tells how to bring the page of all months up to date, if there is one", async () => {
  const lake = makeLake();
  for (const run of [OLDER, RUN]) await makeSealedRun(lake, run);
  const note = /history\.html shows the previous active run until bin\/lake build_report writes it again/;
  const script = async (name: string, ...args: string[]) => {
    const { code, stderr } = await runScript(name, ...args, "--lake", lake);
    assert.equal(code, 0, stderr);
    return note.test(stderr);
  };
  assert.equal(await script("scripts/promote.ts", OLDER), false);
  await script("scripts/build_report.ts");
  assert.equal(await script("scripts/promote.ts", RUN), true);
  assert.equal(await script("scripts/promote.ts", RUN), false, "nothing was switched");
  assert.equal(await script("scripts/rollback.ts"), true);
});

test("a page that can't be written leaves the promotion in place, and is written later", async () => {
  const lake = makeLake();
  await makeSealedRun(lake, RUN);
  const obstacle = promotionPageLockPath(lake);
  mkdirSync(obstacle, { recursive: true });
  const failed = await runScript("scripts/promote.ts", RUN, "--lake", lake);
  assert.match(
    failed.stderr,
    /the page of the run was not written \(active is switched; run bin\/lake build_/,
  );
  assert.notEqual(failed.code, 0);
  assert.equal(activeOf(lake), `_runs/${RUN}`);
  assert.ok(existsSync(lakePaths(lake).duckdbFile), "the readers follow nevertheless");
  const warned = await runScript("scripts/promote.ts", RUN, "--lake", lake, "--page-optional");
  assert.match(warned.stderr, /warn.* the page of the run was not written/);
  assert.equal(warned.code, 0);
  rmdirSync(obstacle);
  for (const printed of [2, 1]) {
    const { stdout } = await runScript("scripts/build_report.ts", "--lake", lake, "--missing-page");
    assert.equal(stdout.trimEnd().split("\n").length, printed, stdout);
  }
});

test("a system error names the run that is active, and repeating the command completes the promotion", async () => {
  const lake = makeLake();
  for (const run of [OLDER, RUN]) await makeSealedRun(lake, run);
  await promote(lake, OLDER);
  const failAt = (step: SwitchStep) => (now: SwitchStep) => {
    if (now === step) throw Object.assign(new Error("EIO: i/o error, write"), { code: "EIO" });
  };
  const before = promote(lake, RUN, { afterStep: failAt("intent") });
  await assert.rejects(before, {
    exitCode: 3,
    message: new RegExp(`EIO, write\\); active is still ${OLDER}; fix the cause and repeat`),
  });
  const after = promote(lake, RUN, { afterStep: failAt("link") });
  await assert.rejects(after, { exitCode: 3, message: new RegExp(`active is already ${RUN}; repeat`) });
  assert.equal((await promote(lake, RUN)).outcome, "already active");
  assert.deepEqual(openIntents(await readPromotions(lake)), []);
});
