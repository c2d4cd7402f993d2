import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryDirectory } from "../testing/files.ts";
import { readPackageLock } from "./package_lock.ts";

test("finds all dependencies of packages, each where Node would find it, and those of other platforms", (t) => {
  const root = temporaryDirectory(t);
  const packages = {
    "": { dependencies: { reader: "1", other: "1" } },
    "node_modules/reader": { version: "1.0.0", integrity: "r", dependencies: { codec: "1" } },
    "node_modules/reader/node_modules/codec": {
      version: "1.0.0",
      integrity: "c1",
      dependencies: { tables: "1" },
      optionalDependencies: { "@codec/win32": "1", absent: "1" },
    },
    "node_modules/reader/node_modules/tables": { version: "1.0.0", integrity: "t1" },
    "node_modules/codec": { version: "2.0.0", integrity: "c2" },
    "node_modules/tables": { version: "2.0.0", integrity: "t2" },
    "node_modules/@codec/win32": { version: "1.0.0", integrity: "w", peerDependencies: { other: "1" } },
    "node_modules/other": { version: "1.0.0", integrity: "o" },
  };
  writeFileSync(join(root, "package-lock.json"), JSON.stringify({ packages }));
  const lock = readPackageLock(root);
  assert.deepEqual(lock.reachedFrom(["reader"]), [
    "node_modules/@codec/win32 1.0.0 w",
    "node_modules/other 1.0.0 o",
    "node_modules/reader 1.0.0 r",
    "node_modules/reader/node_modules/codec 1.0.0 c1",
    "node_modules/reader/node_modules/tables 1.0.0 t1",
  ]);
  assert.throws(() => lock.reachedFrom(["reader", "absent"]), /package-lock\.json does not list absent/);
});
