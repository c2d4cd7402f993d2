import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { temporaryDirectory } from "../testing/files.ts";
import { runMain } from "../testing/run_main.ts";
import { defineCommand } from "./command.ts";
import { ExpectedError } from "./errors.ts";
import { silentLogger } from "./log.ts";

const copy = defineCommand({
  name: "x.ts",
  summary: "",
  options: { "raw-root": { type: "path", summary: "" }, "data-root": { type: "path", summary: "" } },
  positionals: ["from", "to?"],
  async run({ positionals: [from] }) {
    if (from === "absent") throw new ExpectedError("there is no such file");
    return 0;
  },
});

test("the progress is cleared before an error is shown, and when the script has ended", async (t) => {
  const events: string[] = [];
  const log = { ...silentLogger, clear: () => void events.push("cleared") };
  assert.equal(await copy(["here"], {}, log), 0);
  assert.deepEqual(events, ["cleared"]);
  t.mock.method(process.stderr, "write", (text: string) => events.push(text) > 0);
  assert.equal(await copy(["absent"], {}, log), 2);
  assert.deepEqual(events.slice(1, 3), ["cleared", "x.ts: error: there is no such file\n"]);
});

test("refuses too few and too many arguments, and suggests no option where two are meant equally", async () => {
  for (const [args, message] of [
    [[], "<from> is missing"],
    [["a", "b", "c"], 'unexpected argument "c"'],
    [["a", "--root=b"], "unknown option '--root'"],
  ] as const) {
    const { code, stderr } = await runMain(copy, args);
    assert.deepEqual([code, stderr], [2, `x.ts: error: ${message}; see npx tsx x.ts --help\n`]);
  }
});

test("a script runs under the name of a link to it", (t) => {
  const dir = temporaryDirectory(t);
  const command = new URL("command.ts", import.meta.url).href;
  writeFileSync(
    join(dir, "x.mts"),
    `import { runAsEntrypoint } from "${command}";\nawait runAsEntrypoint(import.meta.url, async () => 7);`,
  );
  symlinkSync("x.mts", join(dir, "link.mts"));
  const args = ["--import", import.meta.resolve("tsx"), join(dir, "link.mts")];
  assert.equal(spawnSync(process.execPath, args).status, 7);
});
