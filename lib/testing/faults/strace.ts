import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** The system calls that change files, with the corresponding operation of the preload library. */
const OPERATIONS: Readonly<Record<string, string>> = {
  open: "open",
  openat: "open",
  openat2: "open",
  creat: "open",
  write: "write",
  pwrite64: "write",
  writev: "write",
  pwritev: "write",
  pwritev2: "write",
  copy_file_range: "copy",
  sendfile: "copy",
  splice: "copy",
  truncate: "truncate",
  ftruncate: "truncate",
  fallocate: "allocate",
  fsync: "sync",
  fdatasync: "sync",
  sync_file_range: "sync",
  rename: "rename",
  renameat: "rename",
  renameat2: "rename",
  link: "link",
  linkat: "link",
  symlink: "symlink",
  symlinkat: "symlink",
  unlink: "unlink",
  unlinkat: "unlink",
  rmdir: "rmdir",
  mkdir: "mkdir",
  mkdirat: "mkdir",
  chmod: "chmod",
  fchmod: "chmod",
  fchmodat: "chmod",
  chown: "chown",
  fchown: "chown",
  lchown: "chown",
  fchownat: "chown",
  utimensat: "utime",
  utimes: "utime",
};

/** The argument with the file descriptor, for calls without a path. */
const DESCRIPTOR: Readonly<Record<string, number>> = { copy_file_range: 2, splice: 2 };

/** Runs a program with strace, and counts its calls that change something below a directory, by operation. */
export function tracedChanges(
  command: readonly string[],
  env: NodeJS.ProcessEnv,
  { dir, trace }: { dir: string; trace: string },
): Record<string, number> {
  const calls = Object.keys(OPERATIONS).map((name) => `?${name}`);
  const { status, stderr } = spawnSync(
    "strace",
    [
      "-f",
      "-y",
      "-s",
      "4096",
      "-e",
      `trace=${calls.join(",")}`,
      "-e",
      "signal=none",
      "-o",
      trace,
      ...command,
    ],
    { env, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`strace ${command.join(" ")} ended with ${status}: ${stderr}`);
  const operations = readFileSync(trace, "utf8")
    .split("\n")
    .flatMap((line) => operationOf(line, dir));
  return countEach(operations);
}

/** Counts each text. */
export function countEach(texts: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return Object.fromEntries([...counts].sort());
}

function operationOf(line: string, dir: string): string[] {
  const [, call = "", args = ""] = /^\d+ +(\w+)\((.*)$/.exec(line) ?? [];
  const operation = OPERATIONS[call];
  if (operation === undefined || !pathsOf(call, args).some((path) => isBelow(path, dir))) return [];
  if (operation === "open" && call !== "creat" && !/O_(?:WRONLY|RDWR|CREAT|TRUNC)/.test(args)) return [];
  return [call === "unlinkat" && args.includes("AT_REMOVEDIR") ? "rmdir" : operation];
}

/** The paths of a call: its quoted ones, or that of its descriptor. Written data may look like one. */
function pathsOf(call: string, args: string): string[] {
  const isOnDescriptor = /^\d+</.test(args);
  if (!isOnDescriptor) return [...args.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, path = ""]) => path);
  const descriptors = [...args.matchAll(/(?:^|, )\d+<([^>]*)>/g)].map(([, path = ""]) => path);
  const place = DESCRIPTOR[call] === undefined ? descriptors[0] : descriptors[1];
  return place === undefined ? [] : [place];
}

function isBelow(path: string, dir: string): boolean {
  return path === dir || path.startsWith(`${dir}/`);
}
