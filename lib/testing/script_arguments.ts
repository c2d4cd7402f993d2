import { fileURLToPath } from "node:url";

const inProject = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Arguments of `node` that run a script of this project as `bin/step` does; its path is relative to the project. */
export function scriptArguments(script: string, ...args: readonly string[]): string[] {
  return [inProject("bin/run.mjs"), inProject(script), ...args];
}
