// Runs a TypeScript entrypoint of this project, after installing node_modules if they are missing or older than
// package-lock.json. Development packages (a browser, PostgreSQL, compilers) are installed only for the scripts that need
// them. Without an argument, only installs, development packages included. Plain JavaScript without dependencies, because
// it runs before they are installed.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheHome } from "../lib/files/cache_home.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** The sha256 of the lock file that was installed, and `production` when packages for development were left out. */
const stamp = join(root, "node_modules", ".installed-lock-sha256");
const PRODUCTION = " production";
/** The scripts that need packages for development, which bin/bootstrap.test.ts compares with their imports. */
const FOR_DEVELOPMENT = [
  "scripts/bench.ts",
  "scripts/compile_parser.ts",
  "scripts/fuzz.ts",
  "scripts/generate.ts",
  "scripts/run_tests.ts",
  "scripts/test_faults.ts",
  "scripts/test_full.ts",
];

/** Installs what is missing; what was installed for development serves for all. */
function installIfNeeded(forDevelopment) {
  const whole = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const installed = existsSync(stamp) ? readFileSync(stamp, "utf8") : "";
  if (installed === whole || (!forDevelopment && installed === whole + PRODUCTION)) return;
  const omit = forDevelopment ? [] : ["--omit=dev"];
  process.stderr.write(
    `installing node_modules (${["npm ci", ...omit].join(" ")}, from package-lock.json)\n`,
  );
  const cache = cacheHome(process.env);
  const args = [
    "ci",
    ...omit,
    "--no-audit",
    "--no-fund",
    "--no-update-notifier",
    "--loglevel=error",
    ...(cache === undefined ? [] : ["--cache", join(cache, "discogs-data-lake", "npm")]),
  ];
  const result = spawnSync("npm", args, { cwd: root, stdio: ["ignore", 2, 2] });
  if (result.status !== 0) {
    process.stderr.write(
      `bootstrap: error: npm ci failed (${result.error?.message ?? `exit ${result.status}`})\n`,
    );
    process.exit(2);
  }
  writeFileSync(stamp, forDevelopment ? whole : whole + PRODUCTION);
}

/** Why no program can be started in the current directory; undefined if one can. */
function unusableDirectory() {
  try {
    // Node has U+FFFD in place of other bytes, so it would be another directory.
    return process.cwd().includes("\uFFFD") ? `${process.cwd()} is not valid UTF-8` : undefined;
  } catch {
    return "was removed";
  }
}

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 15)) {
  process.stderr.write(`bootstrap: error: Node 20.15 or newer is required, this is ${process.version}\n`);
  process.exit(2);
}
const unusable = unusableDirectory();
if (unusable !== undefined) {
  process.stderr.write(`bootstrap: error: the current directory ${unusable}: change to another one\n`);
  process.exit(2);
}
const [script, ...args] = process.argv.slice(2);
installIfNeeded(script === undefined || FOR_DEVELOPMENT.includes(script));
if (script === undefined) process.exit(0);
const child = spawn(process.execPath, [join(root, "bin", "run.mjs"), resolve(root, script), ...args], {
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => {
  process.exitCode = code ?? 128 + constants.signals[signal];
});
