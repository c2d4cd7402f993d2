import { spawnSync } from "node:child_process";

/** The Python with the packages that tests need: the one on PATH, or `DISCOGS_TEST_PYTHON`. */
export const python = process.env.DISCOGS_TEST_PYTHON ?? "python3";

/** Why a command can't run on this machine; false if it can. */
export function missing(what: string, command: string, args: readonly string[]): string | false {
  const { error, status } = spawnSync(command, args, { encoding: "utf8" });
  return error === undefined && status === 0 ? false : `this machine has no ${what}`;
}

/** Why Python can't import modules; false if it can. */
export function missingModules(...modules: string[]): string | false {
  return missing(`Python with ${modules.join(" and ")}`, python, ["-c", `import ${modules.join(", ")}`]);
}
