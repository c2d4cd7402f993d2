import assert from "node:assert/strict";
import { test } from "node:test";
import { runMain } from "../lib/testing/run_main.ts";
import { main } from "./compile_parser.ts";

test("the compiled parser is up to date with lib/parser/assembly/", async () => {
  const { code, stdout, stderr } = await runMain(main, ["--check"]);
  assert.equal(code, 0, stderr);
  assert.match(
    stdout,
    /^lib\/parser\/assembly\/structs\.ts: up to date\nlib\/parser\/record_module_code\.ts: up to date\n/,
  );
});
