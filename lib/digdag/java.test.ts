import assert from "node:assert/strict";
import { test } from "node:test";
import { ExpectedError } from "../cli/errors.ts";
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
