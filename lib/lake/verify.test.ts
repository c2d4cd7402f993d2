import assert from "node:assert/strict";
import {
  appendFileSync,
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promote } from "../promotion/promote.ts";
import { rollback } from "../promotion/rollback.ts";
import type { Manifest } from "./manifest.ts";
import { writeReport } from "./reports.ts";
import { makeBuildingRun, makeLake, makeOriginalRun, makeSealedRun } from "./testing/fixture_runs.ts";
import { runScript } from "./testing/run_script.ts";
import { scratchDirectory } from "./testing/scratch.ts";

const RUN = "2025-12__20260120_194923";

/** Makes a sealed run writable while `change` tampers with it, and restores the modes. */
function tampered(dir: string, change: () => void): void {
  const modes = new Map<string, number>();
  const open = (path: string) => {
    const stat = lstatSync(path);
    if (stat.isSymbolicLink()) return;
    modes.set(path, stat.mode & 0o777);
    chmodSync(path, stat.isDirectory() ? 0o755 : 0o644);
    if (stat.isDirectory()) for (const name of readdirSync(path)) open(join(path, name));
  };
  open(dir);
  change();
  for (const [path, mode] of [...modes].reverse()) {
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === false) chmodSync(path, mode);
  }
}

async function verify(lake: string): Promise<{ code: number; lines: string[] }> {
  const { code, stdout, stderr } = await runScript("scripts/verify_run.ts", RUN, "--lake", lake);
  assert.ok(code === 0 || code === 1, stderr);
  return { code, lines: stdout.trimEnd().split("\n") };
}

function editManifest(dir: string, edit: (manifest: Manifest) => void): void {
  const path = join(dir, "manifest.json");
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  edit(manifest);
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
}

test("verify_run prints one line per difference and exits with 1", async () => {
  const lake = makeLake();
  const dir = await makeSealedRun(lake, RUN);
  assert.deepEqual(await verify(lake), { code: 0, lines: [`verified: run ${RUN}, 12 files`] });
  tampered(dir, () => {
    appendFileSync(join(dir, "releases_v6", "part-00000.parquet"), "x");
    writeFileSync(join(dir, "releases_v6", "part-00001.parquet"), "x");
    rmSync(join(dir, "labels_v10"), { recursive: true });
    mkdirSync(join(dir, "extra"));
    const [report = ""] = readdirSync(join(dir, "_reports"));
    appendFileSync(join(dir, "_reports", report), "x");
  });
  const { code, lines } = await verify(lake);
  const text = lines.join("\n");
  assert.deepEqual([code, lines.length], [1, 5], text);
  assert.match(text, /^extra: not in the manifest$/m);
  assert.match(text, /^releases_v6\/part-00000\.parquet: \d+ bytes, \d+ recorded$/m);
  assert.match(text, /^releases_v6\/part-00001\.parquet: not in the record$/m);
  assert.match(text, /^labels_v10: the directory is missing$/m);
  assert.match(text, /^_reports\/duckdb_sanity_run_\S+: changed after it was sealed$/m);
});

const OTHER = "2026-01__20260220_194923";
const PART = "releases_v6/part-00000.parquet";

/** What is done to a run, and the line that verify_run prints. */
const changes: Record<string, [(dir: string) => void, RegExp]> = {
  "a file that is a link": [
    (dir) => {
      rmSync(join(dir, PART));
      symlinkSync("/dev/null", join(dir, PART));
    },
    /^releases_v6\/part-00000\.parquet: not a regular file$/,
  ],
  "a hard link elsewhere": [
    (dir) => linkSync(join(dir, PART), join(dir, "../../elsewhere")),
    /^releases_v6\/part-00000\.parquet: has 2 names \(hard links\)$/,
  ],
  "an empty directory in a dataset": [
    (dir) => mkdirSync(join(dir, "masters_v1_typed", "more")),
    /^masters_v1_typed\/more: a directory that is not in the record$/,
  ],
  "an empty directory in the warehouse": [
    (dir) => mkdirSync(join(dir, "warehouse_discogs", "more")),
    /^warehouse_discogs\/more: not in the manifest$/,
  ],
  "reports that are a link": [
    (dir) => {
      renameSync(join(dir, "_reports"), join(dir, "../../reports"));
      symlinkSync("../../reports", join(dir, "_reports"));
    },
    /^_reports: a link, not a directory$/,
  ],
  "a warehouse that is a link": [
    (dir) => {
      renameSync(join(dir, "warehouse_discogs"), join(dir, "../../warehouse"));
      symlinkSync("../../warehouse", join(dir, "warehouse_discogs"));
    },
    /^warehouse_discogs: a link, not a directory$/,
  ],
  "a dataset that is a link": [
    (dir) => {
      renameSync(join(dir, "labels_v10"), join(dir, "../../labels"));
      symlinkSync("../../labels", join(dir, "labels_v10"));
    },
    /^labels_v10: a link, not a directory$/,
  ],
  "a link among the reports": [
    (dir) => symlinkSync("/dev/null", join(dir, "_reports", "more.csv")),
    /^_reports\/more\.csv: a link, not a file$/,
  ],
  "another run's manifest": [
    (dir) => editManifest(dir, (manifest) => (manifest.run_id = "2025-12__20260120_000000")),
    /^manifest\.json: is of run 2025-12__20260120_000000$/,
  ],
  "another month": [
    (dir) => editManifest(dir, (manifest) => (manifest.dump_month = "2025-11")),
    /^manifest\.json: has dump month 2025-11$/,
  ],
  "other rows in the manifest": [
    (dir) =>
      editManifest(dir, ({ datasets }) => {
        if (datasets.labels_v10 !== undefined) datasets.labels_v10.rows = 7;
      }),
    /^manifest\.json: labels_v10: 7 rows, but 1 in files$/,
  ],
  "a dataset removed from the disk and the manifest": [
    (dir) => {
      rmSync(join(dir, "labels_v10"), { recursive: true });
      editManifest(dir, ({ datasets }) => delete datasets.labels_v10);
    },
    /^manifest\.json: lacks labels_v10$/,
  ],
};

for (const [what, [change, line]] of Object.entries(changes)) {
  test(`verify_run detects ${what}`, async () => {
    const lake = makeLake();
    const dir = await makeSealedRun(lake, RUN);
    tampered(dir, () => change(dir));
    const { code, lines } = await verify(lake);
    assert.deepEqual([code, lines.length], [1, 1], lines.join("\n"));
    assert.match(lines[0] ?? "", line);
  });
}

test("verify_run detects write permissions of the run, directories and files, except later reports", async () => {
  const lake = makeLake();
  const dir = await makeSealedRun(lake, RUN);
  await writeReport(dir, "later", "csv", "a\n");
  assert.equal((await verify(lake)).code, 0);
  for (const name of ["", "manifest.json", "labels_v10", "warehouse_discogs", PART]) {
    chmodSync(join(dir, name), 0o755);
  }
  const { lines } = await verify(lake);
  assert.deepEqual(
    lines.sort(),
    [".", PART, "labels_v10", "manifest.json", "warehouse_discogs"]
      .map((name) => `${name}: is writable (mode 0755)`)
      .sort(),
  );
});

/** Changes that only the sha256 recorded outside of the run reveals. */
const cleanEdit = (dir: string) => editManifest(dir, (manifest) => (manifest.git_sha = "f".repeat(40)));

test("the manifest's sha256 in promotions.jsonl reveals an edited field, also to promotion, rollback and the registry", async () => {
  const lake = makeLake();
  const dir = await makeSealedRun(lake, RUN);
  await makeSealedRun(lake, OTHER);
  await promote(lake, RUN);
  await promote(lake, OTHER);
  assert.equal((await verify(lake)).code, 0);
  tampered(dir, () => cleanEdit(dir));
  const { code, lines } = await verify(lake);
  assert.deepEqual([code, lines.length], [1, 1]);
  assert.match(
    lines[0] ?? "",
    /^manifest\.json: sha256 [0-9a-f]{64}, recorded [0-9a-f]{64} \(promotions\.jsonl, /,
  );
  await assert.rejects(promote(lake, RUN, { allowOlder: true }), /does not verify: manifest\.json: sha256/);
  await assert.rejects(rollback(lake), /does not verify: manifest\.json: sha256/);
  const registered = await runScript("scripts/register_run_schema.ts", "--lake", lake, "--missing");
  assert.equal(registered.code, 0, registered.stderr);
  const reconciled = await runScript("scripts/reconcile_register.ts", "--lake", lake);
  assert.match(reconciled.stdout, new RegExp(`^${RUN} +failed_incomplete +manifest_sha256=`, "m"));
});

test("the registry has the sha256 of a run that was never promoted", async () => {
  const lake = makeLake();
  const dir = await makeSealedRun(lake, RUN);
  for (const script of [["register_run_schema.ts", "--missing"], ["reconcile_register.ts"]] as const) {
    const [name, ...args] = script;
    const { code, stderr } = await runScript(`scripts/${name}`, "--lake", lake, ...args);
    assert.equal(code, 0, stderr);
  }
  assert.equal((await verify(lake)).code, 0);
  tampered(dir, () => cleanEdit(dir));
  const { lines } = await verify(lake);
  assert.match(
    lines.join("\n"),
    /^manifest\.json: sha256 [0-9a-f]{64}, recorded [0-9a-f]{64} \(the registry, \S+\)$/,
  );
  for (const script of [["promote.ts"], ["archive_run.ts", "--to", scratchDirectory()]] as const) {
    const [name, ...args] = script;
    const { code, stderr } = await runScript(`scripts/${name}`, RUN, "--lake", lake, ...args);
    assert.deepEqual([code, /\bmanifest\.json: sha256/.test(stderr)], [1, true], stderr);
  }
  const reconciled = await runScript("scripts/reconcile_register.ts", "--lake", lake);
  assert.match(reconciled.stdout, /failed_incomplete +manifest_sha256=[0-9a-f]{64}\/[0-9a-f]{64}/);
});

test("refuses to verify runs without a manifest: one line, exit 2", async () => {
  const lake = makeLake();
  await makeBuildingRun(lake, RUN);
  await makeOriginalRun(lake, "2025-11__20251220_194923");
  const building = await runScript("scripts/verify_run.ts", RUN, "--lake", lake);
  assert.equal(building.code, 2);
  assert.match(building.stderr, /is not sealed/);
  const original = await runScript("scripts/verify_run.ts", "2025-11__20251220_194923", "--lake", lake);
  assert.equal(original.code, 2);
  assert.match(original.stderr, /has no manifest\.json/);
});
