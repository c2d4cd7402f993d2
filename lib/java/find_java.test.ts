import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { ExpectedError } from "../cli/errors.ts";
import { findJava, type JavaNeed } from "./find_java.ts";

const INSTALL = { debian: "apt install jdk", macos: "brew install jdk", windows: "winget install jdk" };
const COMMANDS =
  "install one (Debian: apt install jdk; macOS: brew install jdk; Windows: winget install jdk)";
const NEED: JavaNeed = {
  program: "Trino",
  oldest: 24,
  tools: ["java", "jar"],
  variable: "TRINO_JAVA_HOME",
  install: INSTALL,
};

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "jdk-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A directory that looks like a JDK of this version. */
function jdk(name: string, version: string, tools = ["java", "jar"]): string {
  const home = join(directory, name);
  mkdirSync(join(home, "bin"), { recursive: true });
  writeFileSync(join(home, "release"), `IMPLEMENTOR="x"\nJAVA_VERSION="${version}"\n`);
  for (const tool of tools) writeFileSync(join(home, "bin", tool), "");
  return home;
}

const places = () => [{ directory, suffix: "" }];

test("uses or refuses TRINO_JAVA_HOME, whatever else exists", () => {
  const old = jdk("old", "17.0.15");
  const chosen = jdk("chosen", "26");
  jdk("other", "24.0.1");
  const env = { TRINO_JAVA_HOME: chosen, JAVA_HOME: old };
  assert.deepEqual(findJava(NEED, env, places()), { home: chosen, version: 26 });
  const relativeHome = { TRINO_JAVA_HOME: relative(process.cwd(), chosen) };
  assert.deepEqual(findJava(NEED, relativeHome, places()), { home: chosen, version: 26 });
  assert.throws(() => findJava(NEED, { TRINO_JAVA_HOME: old }, places()), {
    message: `Trino needs a JDK of version 24 or newer, but TRINO_JAVA_HOME=${old} is Java 17; ${COMMANDS}`,
  });
});

test("prefers JAVA_HOME and the java on PATH to the system's JDKs", () => {
  const home = jdk("home", "25.0.3");
  const onPath = jdk("on-path", "27");
  jdk("system", "24");
  const bin = join(directory, "bin");
  mkdirSync(bin);
  symlinkSync(join(onPath, "bin", "java"), join(bin, "java"));
  assert.equal(findJava(NEED, { JAVA_HOME: home, PATH: bin }, places()).version, 25);
  assert.equal(findJava(NEED, { PATH: `/nowhere:${bin}` }, places()).version, 27);
});

test("picks the oldest sufficient JDK of the system, skipping an old JAVA_HOME and JREs", () => {
  const old = jdk("a", "1.8.0_402");
  jdk("b", "25.0.3");
  const wanted = jdk("c", "24.0.2");
  jdk("d", "24", ["java"]);
  assert.deepEqual(findJava(NEED, { JAVA_HOME: old }, places()), { home: wanted, version: 24 });
});

test("without a JDK, reports in one line the places searched and what they have", () => {
  const old = jdk("a", "1.8.0_402");
  jdk("b", "24", ["java"]);
  const env = { JAVA_HOME: join(directory, "nope") };
  assert.throws(
    () => findJava(NEED, env, [...places(), { directory: "/nowhere", suffix: "" }]),
    (error) => {
      assert.ok(error instanceof ExpectedError);
      assert.ok(!error.message.includes("\n"));
      assert.match(
        error.message,
        /^Trino needs a JDK of version 24 or newer, and none was found: install one \(Debian: .*TRINO_JAVA_HOME/,
      );
      assert.match(error.message, /searched .*JAVA_HOME, PATH and \S+, \/nowhere;/);
      assert.ok(error.message.includes(`JAVA_HOME=${env.JAVA_HOME} (no JDK), ${old} (Java 8)`));
      assert.ok(error.message.includes("(Java 24, but no bin/jar)"));
      return true;
    },
  );
});

test("asks a version manager's java script on PATH for its home", () => {
  const home = jdk("managed", "25");
  const bin = join(directory, "shims");
  mkdirSync(bin);
  writeFileSync(join(bin, "java"), `#!/bin/sh\necho "    java.home = ${home}" >&2\n`);
  chmodSync(join(bin, "java"), 0o755);
  assert.deepEqual(findJava(NEED, { PATH: bin }, []), { home, version: 25 });
});

test("a program without its own variable names JAVA_HOME", () => {
  const need: JavaNeed = { program: "Digdag", oldest: 17, tools: ["java"], install: INSTALL };
  const jre = jdk("jre", "17.0.1", ["java"]);
  assert.deepEqual(findJava(need, { JAVA_HOME: jre }, []), { home: jre, version: 17 });
  assert.throws(() => findJava(need, { JAVA_HOME: directory }, [{ directory: "/nowhere", suffix: "" }]), {
    message: `Digdag needs a JDK of version 17 or newer, and none was found: ${COMMANDS}, or set JAVA_HOME; searched JAVA_HOME, PATH and /nowhere; found JAVA_HOME=${directory} (no JDK)`,
  });
});
