import assert from "node:assert/strict";
import { main } from "../../../pipelines/load_postgres.ts";
import { runInShell } from "../../digdag/testing/shell.ts";
import { userEnv } from "../../digdag/testing/user_env.ts";
import { projectRoot } from "../../files/project_root.ts";
import { commandsOf, fencedBlocks } from "../../testing/fenced.ts";
import { runMain } from "../../testing/run_main.ts";

/** Runs of pipelines/load_postgres.ts into the schemas of a database, whose URL is known once it was started. */
export function loadsInto(url: () => string) {
  const load = (lake: string, schema: string, ...args: string[]) =>
    runMain(main, ["--lake", lake, "--url", url(), "--threads", "1", "--schema", schema, ...args]);
  return {
    /** Asserts that the load succeeds. */
    async loadWell(lake: string, schema: string, ...args: string[]) {
      const result = await load(lake, schema, ...args);
      assert.equal(result.code, 0, result.stderr);
      return result;
    },
    /** Asserts that the load fails as on bad input, with this last line. */
    async assertRefused(lake: string, schema: string, message: RegExp, ...args: string[]) {
      const { code, stderr } = await load(lake, schema, ...args);
      assert.match(stderr.trimEnd().split("\n").at(-1) ?? "", message);
      assert.equal(code, 2);
    },
  };
}

/** Runs the commands of a page that match, on a lake and a database, and returns what each printed. */
export function runShown(page: string, pattern: RegExp, lake: string, url: string): Promise<string[]> {
  const shown = fencedBlocks(projectRoot, page)
    .filter(({ language }) => language === "" || language === "sh")
    .flatMap(commandsOf)
    .filter(({ command }) => pattern.test(command));
  const here = shown.map(({ command }) =>
    command.replace(/(demo\/)?hive-data/, lake).replace(/postgres:\S+/, `'${url}'`),
  );
  return runInShell(here, { cwd: projectRoot, env: userEnv({}) });
}
