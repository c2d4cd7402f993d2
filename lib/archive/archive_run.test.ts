import assert from "node:assert/strict";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import fsPromises from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { basename, join } from "node:path";
import { type TestContext, test } from "node:test";
import { main } from "../../scripts/archive_run.ts";
import { main as verifyRun } from "../../scripts/verify_run.ts";
import { silentLogger } from "../cli/log.ts";
import { archivedDir, inRun, lakePaths, sealedDir } from "../files/paths.ts";
import { listArchived } from "../lake/archived.ts";
import { readManifest } from "../lake/manifest.ts";
import { writeReport } from "../lake/reports.ts";
import { makeBuildingRun, makeOriginalRun, makeSealedRun } from "../lake/testing/fixture_runs.ts";
import { ended, startScript } from "../lake/testing/run_script.ts";
import { runProblems, sealProblems } from "../lake/verify.ts";
import { promote } from "../promotion/promote.ts";
import { rollback } from "../promotion/rollback.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { allowRemoval, temporaryLake } from "../testing/run_fixture.ts";
import { runMain } from "../testing/run_main.ts";
import { type ArchiveStep, archiveRun } from "./archive_run.ts";
import { copyRun } from "./copy_run.ts";
import { type RestoreStep, restoreRun } from "./restore_run.ts";

const JUNE = "2026-06__20260701_020304";
const JULY = "2026-07__20260801_020304";

class Interrupted extends Error {}

/** A lake with two runs, the second one active, and an archive directory. */
async function scene(t: TestContext) {
  const lake = temporaryLake(t);
  const disk = temporaryDirectory(t);
  t.after(() => existsSync(disk) && allowRemoval(disk));
  for (const runId of [JUNE, JULY]) {
    await makeSealedRun(lake, runId);
    await promote(lake, runId);
  }
  return { lake, disk, run: sealedDir(lake, JUNE), copy: join(disk, JUNE) };
}

async function isWhole(dir: string): Promise<boolean> {
  const manifest = await readManifest(dir);
  return manifest !== undefined && (await runProblems(dir, manifest)).length === 0;
}

/** Leftover names in `_runs`. */
const leftovers = (lake: string) =>
  readdirSync(lakePaths(lake).runs).filter((name) => name.startsWith("_tmp."));

test("archives a run and restores it unchanged", async (t) => {
  const { lake, disk, run, copy } = await scene(t);
  await writeReport(run, "later", "json", "{}");
  const before = readFileSync(inRun.manifest(run), "utf8");
  const { code, stdout, stderr } = await runMain(main, [JUNE, "--to", disk, "--lake", lake]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, new RegExp(`^archived: run ${JUNE}, .* in ${copy}\n$`));
  assert.equal(existsSync(run), false);
  assert.ok(await isWhole(copy));
  const kept = archivedDir(lake, JUNE);
  assert.equal(readFileSync(inRun.manifest(kept), "utf8"), before);
  assert.deepEqual(readdirSync(inRun.reports(kept)), readdirSync(inRun.reports(copy)));
  assert.ok(readdirSync(inRun.reports(kept)).some((name) => name.startsWith("later_")));
  assert.deepEqual(
    (await listArchived(lake)).map(({ runId }) => runId),
    [JUNE],
  );
  const again = await runMain(main, [JUNE, "--to", disk, "--lake", lake]);
  assert.match(again.stdout, /^already archived: run /);

  const back = await runMain(main, [JUNE, "--restore", "--lake", lake]);
  assert.deepEqual([back.code, back.stdout], [0, `restored: run ${JUNE}\n`]);
  const manifest = await readManifest(run);
  assert.ok(manifest !== undefined && (await isWhole(run)));
  assert.deepEqual(await sealProblems(run, manifest), []);
  assert.deepEqual(await listArchived(lake), []);
  assert.equal(existsSync(kept), false);
  assert.ok(await isWhole(copy), "the copy in the archive is kept");
  assert.equal((await rollback(lake)).to, JUNE);
});

test("archiving again reuses the verified copy and adds the new reports", async (t) => {
  const { lake, disk, run, copy } = await scene(t);
  await archiveRun(lake, JUNE, disk);
  await restoreRun(lake, JUNE);
  await writeReport(run, "later", "json", "{}");
  await archiveRun(lake, JUNE, disk, { afterStep: (step) => assert.notEqual(step, "copied") });
  assert.ok(readdirSync(inRun.reports(copy)).some((name) => name.startsWith("later_")));
  assert.equal(existsSync(run), false);
});

test("an engine that can't forget the run's tables is a failure, and repeating the command makes it forget them", async (t) => {
  const { lake, disk, run } = await scene(t);
  const given = [JUNE, "--to", disk, "--lake", lake];
  const away = { TRINO_URL: "http://127.0.0.1:1", TRINO_TIMEOUT: "0.5" };
  const { code, stderr } = await runMain(main, given, away);
  assert.notEqual(code, 0, stderr);
  assert.match(
    stderr,
    new RegExp(`warning: the schema of run ${JUNE} still has tables, .*: repeat the command`),
  );
  assert.equal(existsSync(run), false);
  assert.equal((await runMain(main, given)).code, 0);
});

test("refuses to archive what must stay, and leaves it in place", async (t) => {
  const { lake, disk, run } = await scene(t);
  await makeOriginalRun(lake, "2020-01__20200201_000000");
  await makeBuildingRun(lake, "2026-08__20260901_020304");
  const inside = join(lake, "archive");
  mkdirSync(inside);
  for (const [args, message] of [
    [
      [JULY, "--to", disk],
      /run .* is active, and the active run cannot be archived: promote another one first/,
    ],
    [["2020-01__20200201_000000", "--to", disk], /has no manifest to verify a copy with/],
    [["2026-08__20260901_020304", "--to", disk], /is not sealed/],
    [[JUNE, "--to", inside], /is inside the lake: choose a directory outside of it/],
    [[JUNE, "--to", join(disk, "nowhere")], /is not a directory: mount the disk/],
    [["2026-06__20260701_020305", "--to", disk], new RegExp(`did you mean ${JUNE}\\?`)],
    [[JUNE], /give either --to DIR or --restore/],
    [[JUNE, "--to", disk, "--restore"], /give either --to DIR or --restore/],
    [[JUNE, "--to", disk, "--from", disk], /--from requires --restore/],
    [[JUNE, "--restore"], /is in the lake, not archived/],
  ] as const) {
    const { code, stderr } = await runMain(main, [...args, "--lake", lake]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, message);
  }
  assert.ok(await isWhole(run));
  assert.deepEqual(readdirSync(disk), []);
});

test("refuses the directory that _runs is a link to: the copy would be the run itself", async (t) => {
  const { lake, disk, run } = await scene(t);
  const { runs } = lakePaths(lake);
  renameSync(runs, join(disk, "runs"));
  symlinkSync(join(disk, "runs"), runs);
  await assert.rejects(archiveRun(lake, JUNE, join(disk, "runs")), { message: /is inside the lake/ });
  assert.ok(await isWhole(run));
  assert.equal(existsSync(archivedDir(lake, JUNE)), false);
  await archiveRun(lake, JUNE, disk);
  assert.equal(existsSync(run), false);
});

test("what a killed or failed call left is removed before the space is measured", async (t) => {
  const { lake, disk, run } = await scene(t);
  mkdirSync(join(disk, `_tmp.archiving.${JUNE}.1`));
  const copy = { runId: JUNE, from: run, parent: disk, what: "archiving", recorded: [], log: silentLogger };
  const failing = copyRun({
    ...copy,
    bytes: 0,
    afterStep() {
      // A directory that is never removed, as on a failing disk.
      for (const name of readdirSync(disk)) mkdirSync(join(disk, name, "_runs"), { recursive: true });
      throw new Interrupted("first");
    },
  });
  await assert.rejects(failing, Interrupted, "the first failure is the one that counts");
  for (const name of readdirSync(disk)) rmSync(join(disk, name, "_runs"), { recursive: true });
  const tooLarge = copyRun({ ...copy, bytes: Number.MAX_SAFE_INTEGER });
  await assert.rejects(tooLarge, /has .* left, but the run takes .*: free some space first/);
  assert.deepEqual([readdirSync(disk), await isWhole(run), leftovers(lake)], [[], true, []]);
});

test("refuses a copy that fails verification, leaving both it and the run in place", async (t) => {
  const { lake, disk, run, copy } = await scene(t);
  const part = join("releases_v6", "part-00000.parquet");
  const spoil = (dir: string) => {
    chmodSync(join(dir, part), 0o644);
    writeFileSync(join(dir, part), "spoilt");
  };
  await assert.rejects(
    archiveRun(lake, JUNE, disk, {
      afterStep: (step) => {
        const [temporary = ""] = readdirSync(disk);
        if (step === "copied") spoil(join(disk, temporary));
      },
    }),
    {
      name: "CheckFailedError",
      message: /failed verification, .* is unchanged: .*part-00000\.parquet: 6 bytes/,
    },
  );
  assert.deepEqual(readdirSync(disk), []);
  assert.ok(await isWhole(run));

  cpSync(run, copy, { recursive: true });
  spoil(copy);
  await assert.rejects(archiveRun(lake, JUNE, disk), { name: "CheckFailedError" });
  assert.ok(await isWhole(run));
  assert.equal(readFileSync(join(copy, part), "utf8"), "spoilt");
});

test("a directory of the run's name that is no copy is refused and left as it is", async (t) => {
  const { lake, disk, run, copy } = await scene(t);
  mkdirSync(copy);
  for (const found of [[], ["_reports"]]) {
    for (const name of found) mkdirSync(join(copy, name));
    const { code, stderr } = await runMain(main, ["--lake", lake, JUNE, "--to", disk]);
    assert.equal(code, 1, stderr);
    assert.match(stderr, /: error: the copy in \S+ failed verification, \S+ is unchanged: .*\n$/);
    assert.deepEqual(readdirSync(copy, { recursive: true }), found);
    assert.ok(await isWhole(run));
  }
});

test("a run whose copy is damaged is not restored and stays archived", async (t) => {
  const { lake, disk, copy, run } = await scene(t);
  await archiveRun(lake, JUNE, disk);
  const manifest = inRun.manifest(copy);
  chmodSync(manifest, 0o644);
  writeFileSync(manifest, readFileSync(manifest, "utf8").replace('"prod"', '"dev"'));
  await assert.rejects(restoreRun(lake, JUNE), {
    name: "CheckFailedError",
    message: /sha256 .*, recorded /,
  });
  const kept = inRun.manifest(archivedDir(lake, JUNE));
  await assert.rejects(archiveRun(lake, JUNE, disk), {
    name: "ExpectedError",
    message: new RegExp(` its copy in ${copy} has another manifest\\.json than ${kept}: `),
  });
  assert.deepEqual([existsSync(run), leftovers(lake)], [false, []]);
  allowRemoval(copy);
  rmSync(copy, { recursive: true });
  await assert.rejects(restoreRun(lake, JUNE), {
    message: /is not in .*: mount its disk, or name .* --from DIR/,
  });
  await assert.rejects(archiveRun(lake, JUNE, disk), {
    message: /is archived, but its copy is not in .*: mount its disk/,
  });
  assert.equal((await listArchived(lake)).length, 1);
});

test("a copy without its manifest is named as such, and restored with that of the lake", async (t) => {
  const { lake, disk, copy, run } = await scene(t);
  await archiveRun(lake, JUNE, disk);
  chmodSync(copy, 0o755);
  rmSync(inRun.manifest(copy));
  const kept = inRun.manifest(archivedDir(lake, JUNE));
  for (const again of [() => restoreRun(lake, JUNE), () => archiveRun(lake, JUNE, disk)]) {
    await assert.rejects(again, {
      name: "ExpectedError",
      message: `${copy} has no manifest.json: copy ${kept} there`,
    });
  }
  cpSync(kept, inRun.manifest(copy));
  await restoreRun(lake, JUNE);
  assert.ok(await isWhole(run));
});

test("restores a run from a directory that its copy was moved to", async (t) => {
  const { lake, disk, copy, run } = await scene(t);
  await archiveRun(lake, JUNE, disk);
  const other = temporaryDirectory(t);
  cpSync(copy, join(other, JUNE), { recursive: true });
  allowRemoval(copy);
  rmSync(copy, { recursive: true });
  const { code } = await runMain(main, [JUNE, "--restore", "--from", other, "--lake", lake]);
  assert.equal(code, 0);
  assert.ok(await isWhole(run));
});

test("a file system without permissions is refused before anything is copied", async (t) => {
  const { lake, disk } = await scene(t);
  t.mock.method(fsPromises, "chmod", async () => {});
  syncBuiltinESMExports();
  try {
    await assert.rejects(archiveRun(lake, JUNE, disk), {
      exitCode: 2,
      message: /is on a file system that does not keep file permissions, .*: choose another disk$/,
    });
  } finally {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  }
  assert.deepEqual(readdirSync(disk), []);
  assert.ok(existsSync(sealedDir(lake, JUNE)));
});

test("interrupted after any step, the run is whole in the lake or in a verified copy, and repeating completes the move", async (t) => {
  const steps: ArchiveStep[] = ["copied", "verified", "published", "recorded", "aside", "removed"];
  const { lake, disk, run, copy } = await scene(t);
  for (const at of steps) {
    const afterStep = (step: ArchiveStep) => {
      if (step === at) throw new Interrupted(step);
    };
    await assert.rejects(archiveRun(lake, JUNE, disk, { afterStep }), Interrupted);
    const [here, there] = [existsSync(run), existsSync(copy)];
    assert.ok(here ? await isWhole(run) : await isWhole(copy), at);
    assert.equal(here, !["aside", "removed"].includes(at), at);
    await archiveRun(lake, JUNE, disk);
    assert.ok(!existsSync(run) && (await isWhole(copy)), `${at}, ${there}`);
    assert.deepEqual(leftovers(lake), [], at);
    assert.deepEqual(readdirSync(disk), [JUNE], at);
    await restoreRun(lake, JUNE);
    allowRemoval(copy);
    rmSync(copy, { recursive: true });
  }
});

test("a restore interrupted after any step completes when repeated", async (t) => {
  const steps: RestoreStep[] = ["copied", "verified", "published", "forgotten"];
  const { lake, disk, run, copy } = await scene(t);
  for (const at of steps) {
    await archiveRun(lake, JUNE, disk);
    const afterStep = (step: RestoreStep) => {
      if (step === at) throw new Interrupted(step);
    };
    await assert.rejects(restoreRun(lake, JUNE, { afterStep }), Interrupted);
    assert.ok(await isWhole(copy), at);
    assert.equal((await listArchived(lake)).length, existsSync(run) ? 0 : 1, at);
    if (at !== "forgotten") await restoreRun(lake, JUNE);
    assert.ok(await isWhole(run), at);
    assert.deepEqual([leftovers(lake), await listArchived(lake)], [[], []], at);
  }
});

test("a record or report that was cut short is no obstacle to repeating", async (t) => {
  const { lake, disk, run, copy } = await scene(t);
  await archiveRun(lake, JUNE, disk);
  await restoreRun(lake, JUNE);
  const { archive } = lakePaths(lake);
  // As when the process is killed while it removes the record.
  const aside = join(archive, `_tmp.forgotten.${JUNE}.1`);
  mkdirSync(aside);
  await assert.rejects(restoreRun(lake, JUNE), /is in the lake, not archived/);
  assert.deepEqual(readdirSync(archive), []);
  // As when it is killed while it copies a report to the earlier copy.
  const path = await writeReport(run, "later", "json", "{}");
  writeFileSync(join(inRun.reports(copy), `_tmp.${basename(path)}.1`), "{");
  await archiveRun(lake, JUNE, disk);
  assert.deepEqual(
    readdirSync(inRun.reports(copy)).sort(),
    readdirSync(inRun.reports(archivedDir(lake, JUNE))).sort(),
  );
  assert.ok(readdirSync(inRun.reports(copy)).includes(basename(path)));
});

test("a report added while the run is archived keeps it in the lake, and is archived with it later", async (t) => {
  const { lake, disk, run, copy } = await scene(t);
  let name = "";
  const afterStep = async (step: ArchiveStep) => {
    if (step === "recorded") name = basename(await writeReport(run, "later", "json", "{}"));
  };
  await assert.rejects(archiveRun(lake, JUNE, disk, { afterStep }), {
    name: "CheckFailedError",
    message: /^report later_\S+ was added to run \S+ meanwhile: repeat the command/,
  });
  assert.deepEqual([await isWhole(run), leftovers(lake)], [true, []]);
  await archiveRun(lake, JUNE, disk);
  assert.ok(readdirSync(inRun.reports(copy)).includes(name));
});

for (const next of ["archive", "restore"] as const)
  test(`a report added just before the process was killed is not lost: ${next}`, async (t) => {
    const { lake, disk, run, copy } = await scene(t);
    const afterStep = (step: ArchiveStep) => {
      if (step === "recorded") throw new Interrupted(step);
    };
    await assert.rejects(archiveRun(lake, JUNE, disk, { afterStep }), Interrupted);
    const name = basename(await writeReport(run, "later", "json", "{}"));
    // As when it is killed right after it moved the run aside.
    renameSync(run, join(lakePaths(lake).runs, `_tmp.archived.${JUNE}.1`));
    if (next === "archive") await archiveRun(lake, JUNE, disk);
    else await restoreRun(lake, JUNE);
    assert.deepEqual(leftovers(lake), []);
    for (const dir of next === "archive" ? [copy, archivedDir(lake, JUNE)] : [run])
      assert.ok(readdirSync(inRun.reports(dir)).includes(name));
  });

test("killed at any moment, the run is whole in the lake or in a verified copy", async (t) => {
  const { lake, disk, run, copy } = await scene(t);
  for (let delay = 0; existsSync(run); delay = delay * 2 + 20) {
    const child = startScript("scripts/archive_run.ts", [JUNE, "--to", disk, "--lake", lake]);
    const end = ended(child);
    const hasBegun = () => readdirSync(disk).length > 0 || existsSync(archivedDir(lake, JUNE));
    const timer = setInterval(() => {
      if (!hasBegun()) return;
      clearInterval(timer);
      setTimeout(() => child.kill("SIGKILL"), delay);
    }, 1);
    await end;
    clearInterval(timer);
    assert.ok(existsSync(run) ? await isWhole(run) : await isWhole(copy), `after ${delay} ms`);
  }
  assert.equal((await runMain(main, [JUNE, "--to", disk, "--lake", lake])).code, 0);
  assert.ok(!existsSync(run) && (await isWhole(copy)));
  assert.deepEqual(leftovers(lake), []);
});

test("every command given an archived run names the command that restores it", async (t) => {
  const { lake, disk } = await scene(t);
  await archiveRun(lake, JUNE, disk);
  const hint = new RegExp(
    `is archived in ${join(disk, JUNE)}: bring it back with bin/lake archive_run ${JUNE} --restore`,
  );
  await assert.rejects(rollback(lake), { message: hint });
  await assert.rejects(promote(lake, JUNE, { allowOlder: true }), { message: hint });
  const { code, stderr } = await runMain(verifyRun, [JUNE, "--lake", lake]);
  assert.equal(code, 2);
  assert.match(stderr, hint);
});
