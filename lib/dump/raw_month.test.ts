import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { main as checkDumps } from "../../scripts/check_dumps.ts";
import { runMain } from "../testing/run_main.ts";
import { dumpEntities, findDumpFiles, findDumpMonth, monthFiles } from "./raw_month.ts";

let raw: string;

beforeEach(async () => {
  raw = await mkdtemp(join(tmpdir(), "raw-month-"));
});
afterEach(() => rm(raw, { recursive: true }));

async function put(month: string, ...names: string[]): Promise<void> {
  await mkdir(join(raw, month), { recursive: true });
  for (const name of names) await writeFile(join(raw, month, name), "xyz");
}

const four = (date: string) => dumpEntities.map((entity) => `discogs_${date}_${entity}.xml.gz`);

test("finds the newest month with four files, skipping later incomplete ones", async () => {
  await put("2026-07", ...four("20260701"));
  await put("2026-08", ...four("20260801"), "discogs_20260801_CHECKSUM.txt");
  await put("2026-09", ...four("20260901").slice(1));
  await put("not-a-month", ...four("20261001"));
  const found = await findDumpMonth(raw);
  assert.equal(found.month, "2026-08");
  assert.equal(found.date, "2026-08-01");
  assert.equal(found.checksums, join(raw, "2026-08", "discogs_20260801_CHECKSUM.txt"));
  assert.deepEqual(
    found.files.map(({ entity, name, path, size }) => ({ entity, name, path, size })),
    dumpEntities.map((entity) => {
      const name = `discogs_20260801_${entity}.xml.gz`;
      return { entity, name, path: join(raw, "2026-08", name), size: 3 };
    }),
  );
});

test("uses the newest complete date of a month with two", async () => {
  await put("2026-08", ...four("20260801"), ...four("20260815"), ...four("20260820").slice(0, 3));
  assert.equal((await findDumpFiles(raw, "2026-08")).date, "2026-08-15");
  assert.equal((await findDumpFiles(raw, "2026-08")).checksums, undefined);
});

test("never mixes files of two dates, and ignores dates of other months", async () => {
  await put("2026-08", ...four("20260801").slice(0, 2), ...four("20260815").slice(2), ...four("20260901"));
  await assert.rejects(findDumpFiles(raw, "2026-08"), {
    message: `${join(raw, "2026-08")} lacks discogs_20260815_artists.xml.gz, discogs_20260815_labels.xml.gz`,
  });
});

test("lists the month's dump and checksum files with size and time, and nothing else", async () => {
  assert.deepEqual(await monthFiles(raw, "2026-08"), {});
  const names = [
    "discogs_20260801_CHECKSUM.txt",
    "discogs_20260801_artists.xml.gz",
    "discogs_20260815_masters.xml.gz",
  ];
  await put("2026-08", ...names, "discogs_20260801_labels.xml.gz.part", "sample.json", "_tmp.download.lock");
  await mkdir(join(raw, "2026-08", "discogs_20260801_releases.xml.gz"));
  const time = new Date("2026-08-02T03:04:05.678Z");
  for (const name of names) await utimes(join(raw, "2026-08", name), time, time);
  const stamp = { size: 3, modified: time.toISOString() };
  assert.deepEqual(await monthFiles(raw, "2026-08"), Object.fromEntries(names.map((name) => [name, stamp])));
  await writeFile(join(raw, "file"), "");
  assert.deepEqual(await monthFiles(join(raw, "file"), "2026-08"), {});
});

test("names what is missing", async () => {
  const nothing = `there is no directory ${join(raw, "2026-08")}: download the month (main.dig: -p do_download=true)`;
  await assert.rejects(findDumpFiles(raw, "2026-08"), { message: nothing });
  await assert.rejects(findDumpFiles(raw, "2026-8"), /"2026-8" is not a dump month/);
  await assert.rejects(
    findDumpMonth(raw),
    /no month under .* has all four dump files \(no YYYY-MM directories/,
  );
  await put("2026-08", "discogs_20260801_artists.xml.gz");
  await assert.rejects(findDumpMonth(raw), /\(incomplete: 2026-08\)/);
  await put("2026-07");
  await assert.rejects(findDumpFiles(raw, "2026-07"), /2026-07 lacks discogs_202607DD_artists\.xml\.gz, /);
  await assert.rejects(
    findDumpFiles(raw, "2026-06"),
    /2026-06: .*choose one that is there, such as 2026-07, 2026-08$/,
  );
  await assert.rejects(findDumpMonth(join(raw, "absent")), /there is no directory .*absent/);
});

test("scripts/check_dumps.ts lists the dumps of the run's month, or prints the path of one", async () => {
  await put("2026-07", ...four("20260701"), "discogs_20260701_CHECKSUM.txt");
  await put("2026-08", ...four("20260801"));
  const check = (...args: string[]) => runMain(checkDumps, ["--raw-root", raw, ...args]);
  const ofRun = ["--run-id", "2026-07__20260802_030405"];
  const listed = dumpEntities.map((entity) => `discogs_20260701_${entity}.xml.gz: 3 bytes\n`).join("");
  assert.equal((await check(...ofRun)).stdout, `${listed}CHECKSUM.txt: present\n`);
  assert.match((await check()).stdout, /^discogs_20260801_[\s\S]*\nCHECKSUM\.txt: absent\n$/);
  const one = await check(...ofRun, "--dump-month", "2026-07", "--path-of", "labels");
  assert.equal(one.stdout, `${join(raw, "2026-07", "discogs_20260701_labels.xml.gz")}\n`);
  for (const [args, message] of [
    [[...ofRun, "--dump-month", "2026-08"], /dump_month is 2026-08, but run_id \S+ is of 2026-07\n$/],
    [["--run-id", "../x"], /"\.\.\/x" is not a run id/],
    [["--dump-month", "2026-06"], /there is no directory /],
  ] as const) {
    const { code, stdout, stderr } = await check(...args);
    assert.deepEqual([code, stdout, message.test(stderr)], [2, "", true], stderr);
  }
});
