import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runInShell } from "../../lib/digdag/testing/shell.ts";
import { userEnv } from "../../lib/digdag/testing/user_env.ts";
import { projectRoot } from "../../lib/files/project_root.ts";
import { scratchDirectory } from "../../lib/lake/testing/scratch.ts";
import { compileInjector } from "../../lib/testing/faults/preload.ts";
import { commandsFor } from "./pages.ts";

// Runs the benchmarks and the tests at length that the pages name: as they are where that takes seconds, else with arguments
// that make them small.

const THIS = "tests/docs_commands/measured.test.ts";

interface Measurement {
  /** What makes it small, in place of the page's arguments of the same names. */
  small: readonly string[];
  /** A line that it must print in each of its forms. */
  prints: RegExp;
}

const measurements: Record<string, Measurement> = {
  bench: {
    small: ["--releases 1000", "--threads 2", "--dump labels", "--rounds 1"],
    prints:
      /^(labels +2 threads, all +\d|peak RSS, ten times as many: +\d|release_credits_v1 .* \d\.\d{3}$|all, with keys and indexes +\d)/m,
  },
  "bench:scans": {
    small: ["--releases 5000", "--rows 2048", "--engine duckdb"],
    prints: /^duckdb: every text column +\d+$/m,
  },
  "bench:history": {
    small: ["--releases 1000", "--runs 2", "--engine duckdb"],
    prints: /^duckdb +2 +all +[1-9]/m,
  },
  "test:fuzz": { small: ["--records 4", "--entity label"], prints: /^ℹ pass 3$/m },
  "test:faults": {
    small: ["--only promote:rename:lake/active:1:KILL"],
    prints: /^promote +[1-9]\d+ +1 +0$/m,
  },
};

const injector = compileInjector(process.env);

/** A command of a page as `npm run NAME -- ARGUMENTS`, with arguments that make it small. */
function smallForm(command: string): { name: string; shell: string } {
  const [, npm, script, rest = ""] =
    /^(?:npm run ([\w:]+)(?: --)?|bin\/lake (\w+))(?: (.*))?$/.exec(command) ?? [];
  const name = npm ?? script?.replace("_", ":") ?? "";
  const small = measurements[name]?.small ?? [];
  const names = small.map((option) => option.split(" ")[0]);
  const given = rest.match(/--\w+(?: [^-\s]\S*)?/g) ?? [];
  const kept = given.filter((option) => !names.includes(option.split(" ")[0]));
  const begin = npm === undefined ? `bin/lake ${script}` : `npm run --silent ${npm} --`;
  return { name, shell: [begin, ...kept, ...small].join(" ") };
}

const forms = new Map(
  commandsFor(THIS)
    .map(({ command }) => smallForm(command))
    .map((form) => [form.shell, form]),
);

test("each measurement is in a page", () => {
  const named = new Set([...forms.values()].map(({ name }) => name));
  assert.deepEqual([...named].sort(), Object.keys(measurements).sort());
});

for (const { name, shell } of forms.values()) {
  const skip = name === "test:faults" && "unavailable" in injector ? injector.unavailable : false;
  test(shell, { skip }, async () => {
    const cache = join(scratchDirectory(), "cache");
    mkdirSync(cache);
    const env = userEnv({ XDG_CACHE_HOME: cache });
    const [printed = ""] = await runInShell([shell], { cwd: projectRoot, env });
    assert.match(printed, measurements[name]?.prints ?? /^$/);
  });
}
