import { ExpectedError } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { inSystemTemporary } from "../files/system_temporary.ts";
import { NO_PERFORMANCE_DATA } from "../java/find_java.ts";
import { javaEnvironment } from "../java/java_environment.ts";
import { enginePlaces, requireEngine } from "./engine.ts";
import { digdagJava } from "./java.ts";
import { type GroupOutput, runInGroup } from "./process_group.ts";

/** Where Digdag is launched, and the logger for messages. */
export interface LaunchContext {
  cwd: string;
  env: NodeJS.ProcessEnv;
  log: Logger;
}

/** Where Digdag's temporary files and output go. */
export interface DigdagPlaces {
  temporary: string;
  output?: GroupOutput;
}

/**
 * Runs Digdag, the installed engine or the program in `$DIGDAG`, and returns its exit code. Without `places` it inherits our
 * output, and its temporary files go to a directory that is removed afterwards.
 */
export async function runDigdag(
  args: string[],
  context: LaunchContext,
  places?: DigdagPlaces,
): Promise<number> {
  if (places !== undefined) return execute(args, context, places);
  return inSystemTemporary("digdag-", (temporary) => execute(args, context, { temporary }));
}

async function execute(
  args: string[],
  context: LaunchContext,
  { temporary, output }: DigdagPlaces,
): Promise<number> {
  const { cwd, log } = context;
  const { DISCOGS_LAUNCHER_PID: launcher, ...given } = context.env;
  const env = javaEnvironment(given);
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

/** ExpectedError when `bin/digdag` was killed before it could be watched: no one waits for this process then. */
function requireParent(launcher: number): number {
  if (launcher === process.ppid) return launcher;
  throw new ExpectedError(`bin/digdag (pid ${launcher}) was killed: nothing was started`);
}

/** A small JVM that starts quickly: the tasks' processes do the work. */
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
