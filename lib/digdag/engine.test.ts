import assert from "node:assert/strict";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { silentLogger } from "../cli/log.ts";
import { type EnginePlaces, enginePlaces, requireEngine } from "./engine.ts";
import { requireMaven } from "./java.ts";
import { digdagProject } from "./testing/digdag_project.ts";

let base: string;
let places: EnginePlaces;

/** A cache of its own, but with Maven's repository of the user's, so that nothing is fetched again. */
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "engine-test-"));
  const real = enginePlaces(process.env);
  places = { sources: join(base, "sources"), cache: join(base, "cache") };
  await cp(real.sources, places.sources, { recursive: true });
  await mkdir(join(real.cache, "m2"), { recursive: true });
  await mkdir(places.cache);
  await symlink(join(real.cache, "m2"), join(places.cache, "m2"));
});
afterEach(() => rm(base, { recursive: true }));

const installed = () => readdir(join(places.cache, "digdag-engine"));

test("two launchers at once build one engine, and a jar that is changed later is noticed", async () => {
  const paths = await Promise.all([1, 2].map(() => requireEngine(places, process.env, silentLogger)));
  assert.equal(paths[0], paths[1]);
  const [name = "", ...others] = await installed();
  assert.match(name, /^[0-9a-f]{64}$/);
  assert.deepEqual(others, []);
  const jar = join(places.cache, "digdag-engine", name, "lib", "guice-4.2.2.jar");
  await writeFile(jar, Buffer.concat([await readFile(jar), Buffer.from("x")]));
  await assert.rejects(requireEngine(places, process.env, silentLogger), {
    message: /^Digdag's engine is damaged: .*guice-4\.2\.2\.jar has sha256 .*; remove .*$/,
  });
});

test("a jar that is not the one on record is not installed", async () => {
  const list = join(places.sources, "jars.sha256");
  const text = await readFile(list, "utf8");
  await writeFile(list, text.replace(/^[0-9a-f]{64}( {2}h2-)/m, `${"0".repeat(64)}$1`));
  await assert.rejects(requireEngine(places, process.env, silentLogger), {
    name: "ExpectedError",
    message: /h2-1\.4\.192\.jar has sha256 .*, but jars\.sha256 says 0{64}$/,
  });
  assert.deepEqual(await installed(), []);
  await writeFile(
    list,
    text
      .split("\n")
      .filter((line) => !line.includes("  h2-"))
      .join("\n"),
  );
  await assert.rejects(requireEngine(places, process.env, silentLogger), /h2-1\.4\.192\.jar is not in jars/);
  assert.deepEqual(await installed(), []);
});

test("a Maven that is missing is said in one line", () => {
  const without = { ...process.env, PATH: base };
  assert.throws(() => requireMaven(without), /mvn is not on the PATH: install it, or set DIGDAG/);
});

const OPERATORS = `timezone: UTC
_export:
  nested: {key: "it's \\"quoted\\""}
+echo:
  echo>: echo \${moment(session_time).format('YYYYMMDD_HHmmss')}
+sh:
  _env:
    OWN: own
  sh>: echo "sh $OWN $nested" && echo to-stderr >&2
+if:
  if>: \${1 + 1 == 2}
  _do: {echo>: then}
  _else_do: {echo>: else}
+unless:
  if>: \${'false'}
  _do: {echo>: wrong}
+for:
  for_each>: {a: [1, x y], b: ["p", "q"]}
  _do: {echo>: "for \${a} \${b}"}
+loop:
  loop>: 2
  _do: {echo>: "loop \${i}"}
+retry:
  _retry: 1
  sh>: test -e tried || { touch tried; exit 1; }
+fail:
  fail>: on purpose
_error:
  echo>: "error \${error.message}"
`;

test("the operators do what the standard ones do", async () => {
  const project = await digdagProject(OPERATORS);
  try {
    const { code, stdout, stderr } = await project.run([
      "run",
      "flow.dig",
      "--session",
      "2026-01-20 19:49:23",
    ]);
    assert.equal(code, 1);
    const own = stdout
      .split("\n")
      .filter((line) => line !== "" && !/^20\d\d-|^\tat |^io\.|^Caused|^\t\.\.\./.test(line));
    assert.deepEqual(own, [
      "echo 20260120_194923",
      `sh own {"key":"it's \\"quoted\\""}`,
      "to-stderr",
      "then",
      "for 1 p",
      "for 1 q",
      "for x y p",
      "for x y q",
      "loop 0",
      "loop 1",
      "on purpose",
      "error on purpose",
    ]);
    assert.match(stderr, /\+flow\+fail:\n {4}on purpose/);
    assert.doesNotMatch(stdout, /is not used/);
  } finally {
    await project.remove();
  }
});
