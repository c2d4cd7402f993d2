import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { chooseSession, type SessionRequest } from "./choose_session.ts";
import { forgetDoneTasks, forgetSessions, type Session, sessionsOf, writeSession } from "./session.ts";

let lake: string;
beforeEach(async () => {
  lake = await mkdtemp(join(tmpdir(), "choose-session-"));
});
afterEach(() => rm(lake, { recursive: true }));

function request(
  change: Partial<SessionRequest> = {},
  month: string | undefined = "2026-07",
): SessionRequest {
  return {
    line: { lake, workflow: "main", dumpMonth: month },
    project: "/project",
    parameters: {},
    rawRoot: "/raw",
    dumps: {},
    code: "1",
    session: undefined,
    partial: false,
    ...change,
  };
}

async function close(session: Session): Promise<void> {
  await writeSession({ ...session, record: { ...session.record, state: "finished" } });
}

test("resumes an unfinished session, but not a finished one", async () => {
  const first = await chooseSession(request());
  assert.equal(first.how, "new");
  const { session, run_id } = first.session.record;
  assert.equal(run_id, `2026-07__${session.slice(0, 19).replace(/[-:]/g, "").replace("T", "_")}`);
  const again = await chooseSession(request());
  assert.equal(again.how, "resumed");
  assert.deepEqual(again.session, first.session);
  await close(again.session);
  const next = await chooseSession(request());
  assert.equal(next.how, "new");
  assert.ok(next.session.record.session > session, "a different second, although requested at once");
});

test("each month has its own sessions, and no two sessions of a lake begin in the same second", async () => {
  const months = ["2026-06", "2026-07", undefined];
  const chosen = [];
  for (const month of months) chosen.push(await chooseSession({ ...request(), line: lineOf(month) }));
  assert.deepEqual(
    chosen.map(({ how }) => how),
    ["new", "new", "new"],
  );
  assert.equal(new Set(chosen.map(({ session }) => session.record.session)).size, 3);
  for (const [index, month] of months.entries()) {
    const again = await chooseSession({ ...request(), line: lineOf(month) });
    assert.equal(again.how, "resumed");
    assert.equal(again.session.dir, chosen[index]?.session.dir);
  }
});

function lineOf(dumpMonth: string | undefined) {
  return { lake, workflow: "main", dumpMonth };
}

test("parameters that define the run begin a new session; others resume it and repeat all tasks", async () => {
  const first = await chooseSession(request({ parameters: { run_mode: "dev" } }));
  assert.equal((await chooseSession(request())).how, "resumed", "giving the default is not a change");
  const steered = await chooseSession(request({ parameters: { accept_drift: "true" } }));
  assert.equal(steered.how, "repeated");
  assert.equal(steered.reason, "changed: accept_drift");
  assert.equal(steered.session.dir, first.session.dir);
  const coded = await chooseSession(request({ parameters: { accept_drift: "true" }, code: "2" }));
  assert.equal(coded.reason, "the code changed");
  for (const change of [{ parameters: { run_mode: "prod" } }, { rawRoot: "/other" }, { project: "/other" }]) {
    const other = await chooseSession(request(change));
    assert.equal(other.how, "new");
    assert.match(other.reason, /is left unchanged, discard it with bin\/lake discard_run 2026-07__/);
  }
});

test("after another upload of the month all tasks are repeated, after the removal of a dump none", async () => {
  const stamp = (size: number, modified: string) => ({ size, modified: `2026-07-${modified}:00:00.000Z` });
  const masters = "discogs_20260701_masters.xml.gz";
  const checksums = "discogs_20260701_CHECKSUM.txt";
  const upload = { [checksums]: stamp(400, "02T03"), [masters]: stamp(9000, "02T03") };
  const first = await chooseSession(request());
  const status = join(first.session.dir, "+main+step.yml");
  const uploads: [SessionRequest["dumps"], string][] = [
    [upload, `dump files changed: ${checksums}, ${masters}`],
    [upload, ""],
    [{ ...upload, [masters]: stamp(9001, "02T03") }, `dump files changed: ${masters}`],
    [{ ...upload, [masters]: stamp(9001, "03T04") }, `dump files changed: ${masters}`],
    [{}, ""],
    [undefined, ""],
    [{ [masters]: stamp(9001, "03T04") }, ""],
    [upload, `dump files changed: ${masters}`],
  ];
  for (const [dumps, reason] of uploads) {
    await writeFile(status, "done");
    const { how, reason: given, session } = await chooseSession(request({ dumps }));
    assert.deepEqual([how, given], [reason === "" ? "resumed" : "repeated", reason]);
    assert.equal(session.dir, first.session.dir);
    assert.equal(
      existsSync(status),
      reason === "",
      "forgotten before the record with the new files is written",
    );
  }
});

test("after a run of only some tasks, none counts as done", async () => {
  await chooseSession(request({ partial: true }));
  assert.equal((await chooseSession(request())).reason, "only some of its tasks were requested");
  assert.equal((await chooseSession(request())).how, "resumed");
});

test("without a dump month all parameters define the session", async () => {
  const line = lineOf(undefined);
  await chooseSession({ ...request({ parameters: { promote_run_id: "a" } }), line });
  assert.equal(
    (await chooseSession({ ...request({ parameters: { promote_run_id: "b" } }), line })).how,
    "new",
  );
  assert.equal(
    (await chooseSession({ ...request({ parameters: { promote_run_id: "b" } }), line })).how,
    "resumed",
  );
});

test("uses a named session, and repeats all tasks of a finished one", async () => {
  const named = request({ session: "2026-01-20 19:49:23" });
  const first = await chooseSession(named);
  assert.equal(first.session.record.run_id, "2026-07__20260120_194923");
  assert.ok(first.session.dir.endsWith("/2026-07/20260120T194923+0000"));
  assert.equal((await chooseSession(named)).how, "resumed");
  await close(first.session);
  const repeated = await chooseSession(named);
  assert.deepEqual([repeated.how, repeated.reason], ["repeated", "it was finished"]);
  assert.equal((await chooseSession(request({ session: "last" }))).session.dir, first.session.dir);
  await assert.rejects(
    chooseSession(request({ session: "2026-02-30" })),
    /--session is "2026-02-30", but must be/,
  );
  await assert.rejects(
    chooseSession(request({ session: "tomorrow" })),
    /must be "YYYY-MM-DD HH:MM:SS" \(UTC\)/,
  );
});

test("the session of a discarded run is closed", async () => {
  const { session } = await chooseSession(request());
  const runId = session.record.run_id ?? "";
  assert.equal(await forgetSessions(lake, runId), 1);
  assert.equal(await forgetSessions(lake, runId), 0);
  assert.deepEqual(
    (await sessionsOf(lineOf("2026-07"))).map(({ record }) => record.state),
    ["discarded"],
  );
  assert.equal((await chooseSession(request())).how, "new");
});

test("forgetting finished tasks keeps the record", async () => {
  const { session } = await chooseSession(request());
  await writeFile(join(session.dir, "+main+step.yml"), "state");
  await forgetDoneTasks(session);
  assert.deepEqual((await chooseSession(request())).session, session);
});
