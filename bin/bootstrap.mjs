// Runs a TypeScript entrypoint of this project, after installing node_modules if they are missing or older than
// package-lock.json; without an argument, only installs. Plain JavaScript without dependencies, because it runs before
// they are installed.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stamp = join(root, "node_modules", ".installed-lock-sha256");

function installIfNeeded() {
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  process.stderr.write("installing node_modules (package-lock.json, npm ci)\n");
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "discogs-data-lake", "npm");
  const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error", "--cache", cache];
  const result = spawnSync("npm", args, { cwd: root, stdio: ["ignore", 2, 2] });
  if (result.status !== 0) {
    process.stderr.write(
      `bootstrap: error: npm ci failed (${result.error?.message ?? `exit ${result.status}`})\n`,
    );
    process.exit(2);
  }
  writeFileSync(stamp, wanted);
}

const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 15)) {
  process.stderr.write(`bootstrap: error: Node 20.15 or newer is required, this is ${process.version}\n`);
  process.exit(2);
}
const [script, ...args] = process.argv.slice(2);
installIfNeeded();
if (script === undefined) process.exit(0);
const child = spawn(process.execPath, [join(root, "bin", "run.mjs"), resolve(root, script), ...args], {
  stdio: "inherit",
});
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => {
  process.exitCode = code ?? 128 + (signal === "SIGINT" ? 2 : 15);
});
