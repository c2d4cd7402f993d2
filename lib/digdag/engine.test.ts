import assert from "node:assert/strict";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { silentLogger } from "../cli/log.ts";
import { type EnginePlaces, enginePlaces, requireEngine } from "./engine.ts";
import { digdagProject } from "./testing/digdag_project.ts";

let base: string;
let places: EnginePlaces;

/** A separate cache with the jars of the user's cache, so that nothing is downloaded again. */
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "engine-test-"));
  const real = enginePlaces(process.env);
  await requireEngine(real, process.env, silentLogger);
  places = { sources: join(base, "sources"), cache: join(base, "cache") };
  await cp(real.sources, places.sources, { recursive: true });
  await cp(join(real.cache, "digdag-engine", "jars"), jars(), { recursive: true });
});
afterEach(() => rm(base, { recursive: true }));

const home = () => join(places.cache, "digdag-engine");
const jars = () => join(home(), "jars");
/** Without the jars: only what was compiled from the sources. */
const installed = async () => (await readdir(home())).filter((name) => name !== "jars");
const install = (env = process.env) => requireEngine(places, env, silentLogger);

test("two concurrent launchers install one engine, whose class path has every jar in the list's order", async () => {
  const [path = "", other] = await Promise.all([install(), install()]);
  assert.equal(path, other);
  const [name = "", ...others] = await installed();
  assert.match(name, /^[0-9a-f]{64}$/);
  assert.deepEqual(others, []);
  const list = (await readFile(join(places.sources, "jars.txt"), "utf8")).trim().split("\n");
  const named = list.map((line) => join(jars(), line.slice(line.lastIndexOf("/") + 1)));
  assert.deepEqual(path.split(":"), [join(home(), name, "classes"), ...named]);
});

test("refuses a cache that can't be in a class path", async () => {
  const cache = join(base, "a:b");
  await assert.rejects(requireEngine({ ...places, cache }, process.env, silentLogger), {
    name: "ExpectedError",
    message: `${cache}: Java can't load classes below a directory with : in its name; set XDG_CACHE_HOME`,
  });
});

test("detects a jar or class that was changed later", async () => {
  await install();
  const jar = join(jars(), "guice-4.2.2.jar");
  const content = await readFile(jar);
  await writeFile(jar, Buffer.concat([content, Buffer.from("x")]));
  await assert.rejects(install(), {
    message: /^Digdag's engine is damaged: \S+guice-4\.2\.2\.jar has sha256 \w+, but .*; remove the file$/,
  });
  await writeFile(jar, content);
  const [name = ""] = await installed();
  await rm(join(home(), name, "classes", "datalake", "digdag", "IfOperator.class"));
  await assert.rejects(install(), { message: /^Digdag's engine is damaged: \S+classes was changed; remove/ });
});

test("downloads a missing jar from the mirror, and names it when that fails", async () => {
  await rm(join(jars(), "h2-1.4.192.jar"));
  await assert.rejects(install({ ...process.env, DISCOGS_MAVEN_MIRROR: "nowhere" }), {
    name: "ExpectedError",
    message: '"nowhere/com/h2database/h2/1.4.192/h2-1.4.192.jar" is not an http or https URL',
  });
  assert.deepEqual(await installed(), []);
});

test("refuses a list with a line that is not a jar or has no hash", async () => {
  const list = join(places.sources, "jars.txt");
  const text = await readFile(list, "utf8");
  await writeFile(list, `${text}guice.jar\n`);
  await assert.rejects(install(), /jars\.txt: "guice\.jar" is not <sha256> <bytes> <path>\.jar$/);
  await writeFile(list, `${text}com/example/new/1/new-1.jar\n`);
  await assert.rejects(install(), /new-1\.jar has no sha256; run bin\/lake pin_engine_jars$/);
});

test("names sources that do not compile, and installs nothing", async () => {
  const source = join(places.sources, "src", "main", "java", "datalake", "digdag", "Broken.java");
  await writeFile(source, "class Broken { int value = true; }\n");
  await assert.rejects(install(), {
    name: "ExpectedError",
    message: /^Digdag's engine could not be compiled \(javac, exit 1\): .*Broken\.java:1: error: /,
  });
  assert.deepEqual(await installed(), []);
});

const OPERATORS = `timezone: UTC
_export:
  nested: {key: "it's \\"quoted\\""}
+echo:
  echo>: echo \${moment(session_time).format('YYYYMMDD_HHmmss')}
+texts:
  _export: {year: "\${moment(session_time).year()}", price: "$$5"}
  echo>: it's \${year} \\ \${JSON.stringify(nested)} \${price} {}
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

test("the operators work like the standard ones", async () => {
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
      `it's 2026 \\ {"key":"it's \\"quoted\\""} $5 {}`,
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
