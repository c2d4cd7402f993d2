import assert from "node:assert/strict";
import { test } from "node:test";
import { didYouMean, nearest } from "./nearest.ts";

test("suggests the name that was probably meant", () => {
  for (const [given, names, meant] of [
    ["run_mdoe", ["dry_run", "run_mode"], "run_mode"],
    ["rnu", ["check", "run"], "run"],
    ["dryrun", ["debug", "dry-run"], "dry-run"],
    ["verify-run", ["promote", "verify_run"], "verify_run"],
    ["Main", ["main", "build"], "main"],
    [
      "2026-09__20261121_080289",
      ["2026-08__20261021_080829", "2026-09__20261121_080829"],
      "2026-09__20261121_080829",
    ],
    ["x", ["promote"], undefined],
    ["x", ["n"], undefined],
    ["nn", ["n"], "n"],
    ["promote", [], undefined],
  ] as const) {
    assert.equal(nearest(given, names), meant, given);
  }
  assert.equal(didYouMean("pormote", ["promote"]), ", did you mean promote?");
  assert.equal(didYouMean("nonsense", ["promote"]), "");
});
