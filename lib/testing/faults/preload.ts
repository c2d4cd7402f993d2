import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { oneLine } from "../../cli/errors.ts";
import { cacheDirectory } from "../../files/cache_directory.ts";

const SOURCE = fileURLToPath(new URL("inject.c", import.meta.url));
const FLAGS = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-fPIC", "-shared", "-fvisibility=hidden"];

/** What happens instead of a call. `TORN` writes half of the bytes and ends the process. */
export const FAULT_KINDS = ["KILL", "TORN", "EIO", "ENOSPC", "EACCES"] as const;
/** A kind of fault that can be injected into a system call. */
export type FaultKind = (typeof FAULT_KINDS)[number];

/** The one call of a process that fails. */
export interface Fault {
  kind: FaultKind;
  op: string;
  /** POSIX extended regular expression of the whole path, relative to the watched directory. */
  path: string;
  /** The number of the matching call, from 1. */
  nth: number;
}

/** The preload library, or why there can't be one on this machine. */
export type Injector = { library: string } | { unavailable: string };

/** Compiles `inject.c` to the project's cache, once per version. */
export function compileInjector(env: NodeJS.ProcessEnv): Injector {
  if (process.platform !== "linux")
    return { unavailable: `faults can be injected only on Linux, not on ${process.platform}` };
  const compiler = ["cc", "gcc", "clang"].find((name) => spawnSync(name, ["--version"]).status === 0);
  if (compiler === undefined) return { unavailable: "injecting faults needs a C compiler: cc, gcc or clang" };
  const cache = join(cacheDirectory(env), "faults");
  const version = createHash("sha256")
    .update(readFileSync(SOURCE))
    .update(FLAGS.join(" "))
    .digest("hex")
    .slice(0, 16);
  const library = join(cache, `inject-${version}-${process.arch}.so`);
  if (!existsSync(library)) {
    mkdirSync(cache, { recursive: true });
    const temporary = `${library}.${process.pid}`;
    const { status, stderr } = spawnSync(compiler, [...FLAGS, "-o", temporary, SOURCE, "-ldl", "-lpthread"]);
    if (status !== 0) throw new Error(`${compiler} can't compile ${SOURCE}: ${oneLine(String(stderr))}`);
    renameSync(temporary, library);
  }
  return { library };
}

/** The environment that makes a process log its changes below `root` to `log`, and fails one of them. */
export function injected(library: string, root: string, log: string, fault?: Fault): NodeJS.ProcessEnv {
  const watched = { LD_PRELOAD: library, FAULT_ROOTS: root, FAULT_LOG: log };
  if (fault === undefined) return watched;
  const { kind, op, path, nth } = fault;
  return { ...watched, FAULT_KIND: kind, FAULT_OP: op, FAULT_PATH: path, FAULT_NTH: String(nth) };
}
