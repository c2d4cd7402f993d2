import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { accessRules } from "./access_rules.ts";

test("the rules in docs/deployment.md are those that are written for its user", () => {
  const page = readFileSync(new URL("../../docs/deployment.md", import.meta.url), "utf8");
  const [, printed = ""] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
  assert.deepEqual(JSON.parse(printed), accessRules("etl", "hive"));
});

test("nobody may switch on what replaces the files of a table", () => {
  const [first] = accessRules("etl", "hive").catalog_session_properties;
  assert.deepEqual(first, { property: "non_transactional_optimize_enabled", allow: false });
});

test("a user's name is no pattern", () => {
  const [lakeUser] = accessRules("e.t+l", "hive").tables;
  assert.ok(lakeUser?.user !== undefined);
  assert.match("e.t+l", new RegExp(`^${lakeUser.user}$`));
  assert.doesNotMatch("exttl", new RegExp(`^${lakeUser.user}$`));
});
