import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesText, counted, durationText } from "./amounts.ts";
import { ProgressMeter } from "./progress.ts";

test("shows percent, speed, records and remaining time since the first call", () => {
  let seconds = 100;
  const meter = new ProgressMeter("releases", "bytes", () => seconds * 1000);
  assert.equal(meter.text({ done: 1e9, total: 11e9, records: 0 }), "releases: 9 % of 11.0 GB, 0 records");
  seconds += 100;
  assert.equal(
    meter.text({ done: 3e9, total: 11e9, records: 3_214_000 }),
    "releases: 27 % of 11.0 GB, 20.0 MB/s, 3,214,000 records, 7 min left",
  );
  assert.equal(meter.text({ done: 4e9, total: undefined }), "releases: 4.0 GB, 30.0 MB/s");
  assert.match(meter.text({ done: 10.99e9, total: 11e9 }), /: 99 % of /, "not yet all");
  assert.equal(meter.text({ done: 11e9, total: 11e9 }), "releases: 100 % of 11.0 GB, 100.0 MB/s, 0 s left");
  assert.equal(meter.text({ done: 5e6, total: 10e6 }), "releases: 50 % of 10.0 MB", "restarted");
});

test("of records without bytes", () => {
  let now = 0;
  const meter = new ProgressMeter("labels", "records", () => now);
  meter.text({ done: 0, total: 2000 });
  now = 2000;
  assert.equal(
    meter.text({ done: 500, total: 2000 }),
    "labels: 25 % of 2,000 records, 250 records/s, 6 s left",
  );
});

test("omits a speed that rounds to 0, but not the remaining time", () => {
  let now = 0;
  const meter = new ProgressMeter("comparing", "checks", () => now);
  meter.text({ done: 0, total: 31 });
  now = 50_000;
  assert.equal(meter.text({ done: 5, total: 31 }), "comparing: 16 % of 31 checks, 4 min left");
});

test("formats amounts for people", () => {
  assert.deepEqual([0, 999, 1000, 1.94e6, 3.2e12, 5e15].map(bytesText), [
    "0 bytes",
    "999 bytes",
    "1.0 kB",
    "1.9 MB",
    "3.2 TB",
    "5000.0 TB",
  ]);
  assert.deepEqual([-1, 0, 99.4, 100, 3599, 3700, 90_000].map(durationText), [
    "0 s",
    "0 s",
    "99 s",
    "2 min",
    "1 h 0 min",
    "1 h 2 min",
    "25 h 0 min",
  ]);
  assert.deepEqual([counted(1, "file"), counted(2000, "file")], ["1 file", "2,000 files"]);
});
