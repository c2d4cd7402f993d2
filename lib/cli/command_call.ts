/** The folders whose scripts `bin/lake` runs by their names. */
export const LAKE_FOLDERS: readonly string[] = ["scripts", "pipelines", "tests"];

/** The command that runs a script: `bin/lake promote` for `scripts/promote.ts`, `npx tsx PATH` outside those folders. */
export function commandCall(path: string): string {
  const [, folder = "", name = ""] = /^(\w+)\/(\w+)\.ts$/.exec(path) ?? [];
  return LAKE_FOLDERS.includes(folder) ? `bin/lake ${name}` : `npx tsx ${path}`;
}
