import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { accessRules } from "./access_rules.ts";

test("docs/deployment.md shows the rules as written for its user", () => {
  const page = readFileSync(new URL("../../docs/deployment.md", import.meta.url), "utf8");
  const [, printed = ""] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
  assert.deepEqual(JSON.parse(printed), accessRules("etl", "hive"));
});

test("no one may enable procedures that replace a table's files", () => {
  const [first] = accessRules("etl", "hive").catalog_session_properties;
  assert.deepEqual(first, { property: "non_transactional_optimize_enabled", allow: false });
});

test("a user's name is not read as a pattern", () => {
  const [lakeUser] = accessRules("e.t+l", "hive").tables;
  assert.ok(lakeUser?.user !== undefined);
  assert.match("e.t+l", new RegExp(`^${lakeUser.user}$`));
  assert.doesNotMatch("exttl", new RegExp(`^${lakeUser.user}$`));
});
