import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ExpectedError } from "../cli/errors.ts";
import { projectRoot } from "../files/project_root.ts";
import { findJava } from "../java/find_java.ts";
import { DIGDAG_JAVA } from "./java.ts";

test("without a JDK, one line has the commands that install one on each system", () => {
  assert.throws(
    () => findJava(DIGDAG_JAVA, {}, []),
    (error) => {
      assert.ok(error instanceof ExpectedError);
      assert.ok(!error.message.includes("\n"));
      assert.match(error.message, /^Digdag needs a JDK of version 17 or newer, and none was found: /);
      assert.match(error.message, /Debian: sudo apt install \S+; macOS: brew install \S+; Windows: winget /);
      return true;
    },
  );
});

test("the getting started page installs the packages that the error names", () => {
  const page = readFileSync(join(projectRoot, "docs", "getting-started.md"), "utf8");
  const { debian, macos } = DIGDAG_JAVA.install;
  for (const command of [debian, macos]) {
    const name = command.split(" ").at(-1) ?? "";
    assert.match(page, new RegExp(`\\binstall .*\\b${name}$`, "m"), command);
  }
});
