import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { userInfo } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { cacheDirectory } from "./cache_directory.ts";
import { projectRoot } from "./project_root.ts";

test("a relative cache or home directory counts as none, since it depends on the caller's directory", () => {
  assert.equal(cacheDirectory({ XDG_CACHE_HOME: "/c", HOME: "/h" }), "/c/discogs-data-lake");
  for (const XDG_CACHE_HOME of ["", "c", "./c"]) {
    assert.equal(cacheDirectory({ XDG_CACHE_HOME, HOME: "/h" }), "/h/.cache/discogs-data-lake");
  }
  const ofUser = join(userInfo().homedir, ".cache", "discogs-data-lake");
  for (const env of [{}, { HOME: "" }, { HOME: "h" }]) assert.equal(cacheDirectory(env), ofUser);
});

const isRoot = process.getuid?.() === 0 && process.platform === "linux";
test("an id without a user has no home directory", { skip: isRoot ? false : "needs root" }, () => {
  const script = `
    import { cacheHome } from "./lib/files/cache_home.mjs";
    console.log(cacheHome({}), cacheHome({ HOME: "/h" }));`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    cwd: projectRoot,
    uid: 54_321,
    env: {},
    encoding: "utf8",
  });
  assert.equal(stdout, "undefined /h/.cache\n", stderr);
});
