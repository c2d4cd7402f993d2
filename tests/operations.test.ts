import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { runInShell } from "../lib/digdag/testing/shell.ts";
import { userEnv } from "../lib/digdag/testing/user_env.ts";
import { publishMonth } from "../lib/download/testing/published_month.ts";
import { sealedDir } from "../lib/files/paths.ts";
import { projectRoot } from "../lib/files/project_root.ts";
import { makeSealedRun } from "../lib/lake/testing/fixture_runs.ts";
import { readActive } from "../lib/promotion/active.ts";
import { temporaryDirectory } from "../lib/testing/files.ts";
import { allowRemoval } from "../lib/testing/run_fixture.ts";

// Runs the commands of docs/operations.md in order on one lake, with a server that has this month's dumps.

const PAGE = readFileSync(join(projectRoot, "docs", "operations.md"), "utf8");
const JUNE = "2026-06__20260703_070000";
const JULY = "2026-07__20260803_070000";

const blocks = (language: string) =>
  [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, "gm"))].map(
    ([, text = ""]) => text,
  );

/** The paths on the page, below a directory of the test. */
function inTest(text: string, base: string): string {
  return text
    .replaceAll("/opt/discogs-data-lake", projectRoot)
    .replaceAll("/srv/discogs", join(base, "srv"))
    .replaceAll("/mnt/archive", join(base, "archive"));
}

async function scene(t: TestContext) {
  const base = temporaryDirectory(t);
  t.after(() => existsSync(base) && allowRemoval(base));
  const lake = join(base, "srv", "lake");
  mkdirSync(join(lake, "_runs"), { recursive: true });
  mkdirSync(join(base, "archive"));
  for (const runId of [JUNE, JULY]) await makeSealedRun(lake, runId);
  const month = new Date().toISOString().slice(0, 7);
  const size = { artists: 200, labels: 50, masters: 100, releases: 300, seed: 3 };
  const server = await publishMonth(t, { out: join(base, "published"), month, ...size });
  const env = userEnv({
    DISCOGS_BASE_URL: server.url,
    DISCOGS_NOTIFY_COMMAND: `cat >> "${join(base, "told")}"`,
  });
  const run = (blocks: readonly string[]) =>
    runInShell(
      blocks.map((block) => inTest(block, base)),
      { cwd: base, env },
    );
  return { base, lake, month, server, run };
}

test("every command of docs/operations.md works as described", async (t) => {
  const { base, lake, month, server, run } = await scene(t);
  // tests/docs_commands/outside.test.ts sends the alerts.
  const commands = blocks("sh").filter((block) => !block.includes("DISCOGS_NOTIFY_COMMAND"));
  assert.ok(commands.length > 8, `${commands.length} blocks`);
  const [setUp = "", monthly = ""] = commands;
  const outputs = await run(commands);
  assert.match(outputs[1] ?? "", new RegExp(`^main\\.dig succeeded: run ${month}`, "m"));
  const active = await readActive(lake);
  assert.ok(active.kind === "run" && active.runId.startsWith(month));
  const told = JSON.parse(readFileSync(join(base, "told"), "utf8"));
  assert.deepEqual([told.workflow, told.outcome, told.run], ["main", "promoted", active.runId]);
  assert.ok(existsSync(told.log), told.log);
  const json = outputs[3] ?? "";
  assert.equal(JSON.parse(json.slice(json.indexOf("\n{\n"))).active.run_id, active.runId);
  assert.match(outputs[4] ?? "", new RegExp(`^from ${JUNE} .* to ${JULY}`));
  assert.match(outputs[5] ?? "", new RegExp(`^archived: run ${JUNE}, .*${base}/archive/${JUNE}\n`));
  assert.match(outputs[6] ?? "", new RegExp(`^restored: run ${JUNE}\n`));
  assert.ok(existsSync(sealedDir(lake, JUNE)));
  assert.ok(existsSync(join(base, "srv", "moved", "discogs.duckdb")));

  // The next day, by cron or by systemd, there is nothing new and nothing is downloaded.
  const asked = server.requests.length;
  const [crontab = ""] = blocks("crontab");
  const [unit = ""] = blocks("ini");
  const byCron = crontab
    .trim()
    .replace(/^\S+ \S+ \S+ \S+ \S+ +/, "")
    .replaceAll("\\%", "%");
  const bySystemd = /^ExecStart=\/bin\/sh -c '(.*)'$/m.exec(unit)?.[1]?.replaceAll("%%", "%") ?? "";
  // systemd reads the file and changes the directory itself.
  assert.equal(byCron, `. /etc/discogs-lake.env && cd /opt/discogs-data-lake && ${bySystemd}`);
  assert.ok(bySystemd.includes(monthly.trim()), bySystemd);
  const environment = join(base, "discogs-lake.env");
  writeFileSync(environment, inTest(setUp.split("\n")[0] ?? "", base));
  const [next = ""] = await run([byCron.replace("/etc/discogs-lake.env", environment)]);
  assert.match(
    next,
    new RegExp(`^nothing new: ${month} is already sealed .* run ${active.runId}, which is active\n`),
  );
  assert.match(next, /^history_pipeline\.dig succeeded/m);
  assert.deepEqual(
    server.requests.slice(asked).filter((request) => /GET (releases|artists|masters|labels)/.test(request)),
    [],
  );
});
