import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ExpectedError } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { NO_PERFORMANCE_DATA } from "../java/find_java.ts";
import { enginePlaces, requireEngine } from "./engine.ts";
import { digdagJava } from "./java.ts";
import { type GroupOutput, runInGroup } from "./process_group.ts";

/** Where Digdag is launched, and what takes the messages. */
export interface LaunchContext {
  cwd: string;
  env: NodeJS.ProcessEnv;
  log: Logger;
}

/** Where Digdag's temporary files go, and what takes all that it prints. */
export interface DigdagPlaces {
  temporary: string;
  output?: GroupOutput;
}

/**
 * Runs Digdag, the engine or the program in `$DIGDAG`, and returns its exit code. Without `places` its output is our
 * own, and its temporary files go to a directory that is removed afterwards.
 */
export async function runDigdag(
  args: string[],
  context: LaunchContext,
  places?: DigdagPlaces,
): Promise<number> {
  if (places !== undefined) return execute(args, context, places);
  const own = await mkdtemp(join(tmpdir(), "digdag-"));
  try {
    return await execute(args, context, { temporary: own });
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

async function execute(
  args: string[],
  context: LaunchContext,
  { temporary, output }: DigdagPlaces,
): Promise<number> {
  const { cwd, log } = context;
  const { DISCOGS_LAUNCHER_PID: launcher, ...env } = context.env;
  const parent = launcher === undefined ? undefined : requireParent(Number(launcher));
  if (env.DIGDAG) {
    const options = [env.JAVA_TOOL_OPTIONS ?? "", `"-Djava.io.tmpdir=${temporary}" -Duser.timezone=UTC`];
    const withOptions = { ...env, JAVA_TOOL_OPTIONS: options.join(" ").trim() };
    return runInGroup({ program: env.DIGDAG, args, cwd, env: withOptions, parent, output });
  }
  const java = digdagJava(env);
  const classPath = await requireEngine(enginePlaces(env), env, log);
  return runInGroup({
    program: java,
    args: [...javaOptions(temporary), "-cp", classPath, "io.digdag.cli.Main", ...args],
    cwd,
    env,
    parent,
    output,
  });
}

/** ExpectedError when `bin/digdag` was killed before it could be watched: nobody waits for this process any more. */
function requireParent(launcher: number): number {
  if (launcher === process.ppid) return launcher;
  throw new ExpectedError(`bin/digdag (pid ${launcher}) was killed: nothing is begun without it`);
}

/** Small and quick to start: the work is done by the tasks' processes. */
function javaOptions(temporary: string): string[] {
  return [
    "-XX:TieredStopAtLevel=1",
    "-XX:+UseSerialGC",
    "-Xmx256m",
    NO_PERFORMANCE_DATA,
    "--add-opens=java.base/java.lang=ALL-UNNAMED",
    `-Djava.io.tmpdir=${temporary}`,
    "-Duser.timezone=UTC",
    "-Dio.digdag.cli.programName=digdag",
    `-Ddatalake.parent=${process.pid}`,
  ];
}
