import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { runMain } from "../lib/testing/run_main.ts";
import { main } from "./describe_commands.ts";

const ROOT = new URL("../", import.meta.url);
const page = readFileSync(new URL("docs/commands.md", ROOT), "utf8");

const scripts = ["scripts", "pipelines", "tests", "legacy"].flatMap((folder) =>
  readdirSync(new URL(folder, ROOT))
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => `${folder}/${name}`),
);

test("docs/commands.md is what the script prints", async () => {
  const { code, stdout } = await runMain(main, []);
  assert.equal(code, 0);
  assert.equal(page, stdout, "run: bin/lake generate");
});

const workflows = ["digdag", "history"].flatMap((folder) =>
  readdirSync(new URL(folder, ROOT))
    .filter((name) => name.endsWith(".dig"))
    .map((name) => `${folder}/${name}`),
);

test("every script and workflow is listed under its own name", () => {
  const listed = [...page.matchAll(/^\| \[([^\]]+)\]\(\.\.\/([^)]+)\) \|/gm)];
  assert.deepEqual(listed.map(([, name]) => name).sort(), [...scripts, ...workflows].sort());
  assert.ok(listed.every(([, name, target]) => name === target && existsSync(new URL(target ?? "", ROOT))));
});
