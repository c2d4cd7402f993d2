import assert from "node:assert/strict";
import { test } from "node:test";
import { runMain } from "../lib/testing/run_main.ts";
import { main } from "./compile_parser.ts";

test("the compiled parser is up to date with lib/parser/assembly/", async () => {
  const { code, stdout, stderr } = await runMain(main, ["--check"]);
  assert.equal(code, 0, `${stderr}run: bin/lake compile_parser`);
  assert.match(
    stdout,
    /^lib\/parser\/assembly\/structs\.ts: \d+ bytes\nlib\/parser\/record_module_code\.ts: \d+ bytes\n/,
  );
});
