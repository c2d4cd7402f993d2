import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "../cli/log.ts";
import { dumpFiles, startDumpServer } from "../download/testing/dump_server.ts";
import { temporaryLake } from "../testing/run_fixture.ts";
import { chooseSession } from "./choose_session.ts";
import { nothingNew } from "./if_new.ts";
import { workflowFolders } from "./places.ts";
import { parseRunArguments } from "./run_arguments.ts";

// tests/operations.test.ts tests an already sealed month, with the whole workflow.

const [project = ""] = workflowFolders;
const workflow = { name: "main", project };

test("a month not yet on the server is nothing new, unless one of its sessions must be resumed", async (t) => {
  const lake = temporaryLake(t);
  const server = await startDumpServer(t, dumpFiles("20260801"));
  const env = { DISCOGS_DATA_LAKE: lake, DISCOGS_RAW: lake, DISCOGS_BASE_URL: server.url };
  const ask = (...words: string[]) => {
    const given = words.flatMap((word) => ["-p", word]);
    return nothingNew(workflow, parseRunArguments(["main", ...given], lake), {
      cwd: lake,
      env,
      log: silentLogger,
    });
  };
  const september = ["if_new=true", "do_download=true", "dump_month=2026-09"];
  assert.match(
    (await ask(...september)) ?? "",
    /^nothing new: .* lists no dump of 2026-09; it may come later$/,
  );
  assert.equal(
    await ask("if_new=true", "do_download=true", "dump_month=2026-08"),
    undefined,
    "it is on the server",
  );
  assert.equal(
    await ask("do_download=true", "dump_month=2026-09"),
    undefined,
    "a download was not requested",
  );

  const line = { lake, workflow: "main", dumpMonth: "2026-09" };
  const session = {
    ...{ line, project, rawRoot: lake, dumps: {} },
    ...{ code: "1", session: undefined, partial: false },
  };
  await chooseSession({ ...session, parameters: { run_mode: "prod" } });
  assert.match((await ask(...september)) ?? "", /^nothing new/, "a session of another run");
  assert.equal(await ask(...september, "run_mode=prod"), undefined);
});
