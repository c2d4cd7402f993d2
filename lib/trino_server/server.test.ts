import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { main } from "../../scripts/trino.ts";
import { ExpectedError } from "../cli/errors.ts";
import { silentLogger } from "../cli/log.ts";
import { processStart } from "../files/process_identity.ts";
import { openEngine } from "../sql/choose.ts";
import type { SqlEngine } from "../sql/engine.ts";
import { EngineUnavailableError } from "../sql/sql_error.ts";
import { errorPage, fakeTrino } from "../sql/testing/fake_trino.ts";
import { testEngines } from "../testing/engines.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { runUnfenced } from "../testing/run_fixture.ts";
import { runMain } from "../testing/run_main.ts";
import { startTestTrino, type TestTrino } from "../testing/trino.ts";
import { LONGEST_QUERY } from "./config.ts";
import { trinoHome } from "./install.ts";
import { trinoPlaces } from "./places.ts";
import { freePort, isListening } from "./port.ts";
import { trinoDown, trinoUp } from "./server.ts";
import { readState, writeState } from "./state.ts";

/** Takes minutes on any machine. */
const LONG = "SELECT count(*) FROM hive.s.t a, hive.s.t b, hive.s.t c WHERE a.id * b.id % 7 = c.id % 3";
const skip = !testEngines.some(({ name }) => name === "trino");

describe("the local Trino of a lake", { skip }, () => {
  let lake: string;
  let trino: TestTrino;

  const engineAt = (env: NodeJS.ProcessEnv = {}): Promise<SqlEngine> =>
    openEngine(lake, {}, { env: { TRINO_URL: trino.url, ...env }, log: silentLogger });
  /** Runs a command like those of docs/trino.md. */
  function command(line: string) {
    const [, , ...words] = line.split(" ");
    const args = words.map((word) => (word === "hive-data" ? lake : word));
    return runMain(main, args, process.env);
  }
  const pid = async () => (await readState(trinoPlaces(lake)))?.pid ?? 0;

  before(async () => {
    lake = mkdtempSync(join(tmpdir(), "Müsik ✓ 日本 lake-"));
    trino = await startTestTrino(lake);
    mkdirSync(join(lake, "t"));
    const file = join(lake, "t/part-00000.parquet");
    await runUnfenced(`COPY (SELECT range AS id FROM range(100000)) TO '${file}' (FORMAT parquet)`);
    const engine = await engineAt();
    await engine.createSchema("s");
    const columns = [{ name: "id", type: "BIGINT" }] as const;
    await engine.externalTable("s", { name: "t", columns, location: "t", files: "parquet" });
  });
  after(async () => {
    await trino?.stop();
    rmSync(lake, { recursive: true });
  });

  test("up on a running server prints its URL again, status and logs know it, and it listens on loopback", async () => {
    assert.deepEqual(
      { ...(await command("bin/lake trino up --lake hive-data")), stderr: "" },
      { code: 0, stdout: `${trino.url}\n`, stderr: "" },
    );
    const status = await command("bin/lake trino status --lake hive-data");
    assert.deepEqual([status.code, status.stdout], [0, `up ${trino.url} pid ${await pid()}\n`]);
    const logs = await command("bin/lake trino logs --lake hive-data --lines 2");
    assert.equal(logs.stdout.trim().split("\n").length, 2);
    assert.ok(logs.stderr.includes(trinoPlaces(lake).log));
    const { port } = new URL(trino.url);
    const config = readFileSync(trinoPlaces(lake).config, "utf8");
    assert.match(config, /^node\.bind-ip=127\.0\.0\.1$/m);
    assert.ok(await isListening(Number(port)));
    const elsewhere = await command("bin/lake trino up --lake hive-data --port 1");
    assert.equal(elsewhere.code, 2);
    assert.match(elsewhere.stderr, /up at http:\S+, not on port 1: stop it first/);
  });

  test("its files in the lake are below _meta/trino, and the probe's schema is gone", async () => {
    assert.ok(existsSync(join(lake, "_meta/trino/metastore")));
    const engine = await engineAt();
    assert.deepEqual(await engine.schemas(), ["s"]);
    assert.ok(trinoHome({ XDG_CACHE_HOME: "/c" }).startsWith("/c/discogs-data-lake/trino/476-"));
  });

  test("reports a wrong DISCOGS_TRINO_LAKE when Trino finds no rows where the files have some", async () => {
    mkdirSync(join(lake, "elsewhere/t"), { recursive: true });
    const engine = await engineAt({ DISCOGS_TRINO_LAKE: "local:///elsewhere" });
    const columns = [{ name: "id", type: "BIGINT" }] as const;
    await engine.createSchema("w");
    await assert.rejects(
      engine.externalTable("w", { name: "t", columns, location: "t", files: "parquet" }),
      /finds no rows where .* DISCOGS_TRINO_LAKE=local:\/\/\/elsewhere\/ is not the lake's/,
    );
  });

  test("keeps a table whose replacement can't be created or is at a wrong location", async () => {
    const columns = [{ name: "id", type: "BIGINT" }] as const;
    const table = { name: "t", columns, location: "t", files: "parquet" } as const;
    const engine = await engineAt();
    await engine.externalTable("s", { ...table, name: "t_trial" });
    for (const [prefix, message] of [
      ["file:///nowhere", /finds no rows where .* DISCOGS_TRINO_LAKE=file:\/\/\/nowhere\/ is not the lake's/],
      ["s3://bucket/lake", /not a valid file system URI: s3:.*"t_trial"/],
    ] as const) {
      const misled = await engineAt({ DISCOGS_TRINO_LAKE: prefix });
      await assert.rejects(misled.externalTable("s", table), message);
      assert.deepEqual(await engine.objects("s"), [{ name: "t", kind: "table" }]);
      assert.deepEqual((await engine.query("SELECT count(*) FROM hive.s.t")).rows, [[100000n]]);
    }
    const wider = [...columns, { name: "more", type: "VARCHAR" }] as const;
    await engine.externalTable("s", { ...table, columns: wider });
    assert.deepEqual((await engine.query("SELECT min(id), max(more) FROM hive.s.t")).rows, [[0n, null]]);
    await engine.externalTable("s", table);
  });

  test("rows are one INSERT up to the maximum query length, else one per as many whole groups as fit", async () => {
    mkdirSync(join(lake, "appended"));
    const columns = [{ name: "text", type: "VARCHAR" }] as const;
    const engine = await engineAt();
    const table = { name: "a", columns, location: "appended", files: "all" } as const;
    await engine.externalTable("s", table);
    const group = (letter: string, share: number) => [["z"], [letter.repeat(share * LONGEST_QUERY)]];
    const files = () => readdirSync(join(lake, "appended")).length;
    const tooLong = engine.appendRows("s", "a", [group("x", 0.1), group("y", 1)]);
    await assert.rejects(tooLong, /INSERT of 100000\d\d characters, but this Trino accepts 10000000 \(/);
    assert.equal(files(), 0, "nothing of the batch is written");
    await engine.appendRows("s", "a", [group("a", 0.3), group("b", 0.3), group("c", 0.3)]);
    assert.equal(files(), 1);
    await engine.appendRows("s", "a", [group("d", 0.4), group("e", 0.4), group("f", 0.4), group("g", 0.4)]);
    assert.equal(files(), 3);
    const { rows } = await engine.query(
      `SELECT "$path", min(substr(text, 1, 1)), count(*) FROM hive.s.a GROUP BY "$path"`,
    );
    assert.deepEqual(rows.map(([, first, count]) => `${first} ${count}`).sort(), ["a 6", "d 4", "f 4"]);
  });

  test("names a file that Trino would read by mistake", async () => {
    mkdirSync(join(lake, "mixed"));
    writeFileSync(join(lake, "mixed/x.parquet.tmp"), "");
    const table = {
      name: "m",
      columns: [{ name: "id", type: "BIGINT" }],
      location: "mixed",
      files: "parquet",
    } as const;
    await assert.rejects(
      (await engineAt()).externalTable("s", table),
      /would read \S.*x\.parquet\.tmp as data/,
    );
  });

  test("cancels a query on the server when it takes too long", async () => {
    const engine = await engineAt({ TRINO_TIMEOUT: "3" });
    await assert.rejects(engine.query(LONG), (error) => {
      assert.ok(error instanceof EngineUnavailableError);
      assert.match(error.message, /^trino: query \S+ had no result within 3 s \(TRINO_TIMEOUT\)/);
      return true;
    });
    const { rows } = await (await engineAt()).query(
      "SELECT state, error_code FROM system.runtime.queries WHERE query LIKE '%a.id * b.id%' AND query NOT LIKE '%runtime%'",
    );
    assert.deepEqual(rows, [["FAILED", "USER_CANCELED"]]);
  });

  test("a server killed during a query is a one-line error, and a restart has all its tables", async () => {
    const engine = await engineAt({ TRINO_TIMEOUT: "4" });
    const failure = assert.rejects(engine.query(LONG), (error) => {
      assert.ok(error instanceof ExpectedError);
      assert.match(error.message, /connection (refused|lost)/);
      assert.ok(!error.message.includes("\n"));
      return true;
    });
    await sleep(1500);
    process.kill(await pid(), "SIGKILL");
    await failure;
    await assert.rejects((await engineAt({ TRINO_TIMEOUT: "1" })).query("SELECT 1"), EngineUnavailableError);
    assert.equal((await command("bin/lake trino status --lake hive-data")).code, 1);
    trino = await startTestTrino(lake);
    assert.deepEqual((await (await engineAt()).query("SELECT count(*) FROM hive.s.t")).rows, [[100000n]]);
  });

  test("down stops it, and again does nothing; a port in use is refused", async () => {
    assert.equal((await command("bin/lake trino down --lake hive-data")).code, 0);
    assert.deepEqual((await command("bin/lake trino status --lake hive-data")).stdout, "down\n");
    assert.match((await command("bin/lake trino down --lake hive-data")).stderr, /Trino is not up/);
    const last = await readState(trinoPlaces(lake));
    assert.equal(last?.url, trino.url, "the next up takes the same port");
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = String(typeof address === "object" ? address?.port : undefined);
    const up = await command(`bin/lake trino up --lake hive-data --port ${port}`);
    server.close();
    assert.equal(up.code, 2);
    assert.match(up.stderr, /port \d+ of 127\.0\.0\.1 is in use/);
  });
});

test("does not wait for a server that is up without the catalog", async (t) => {
  const directory = temporaryDirectory(t);
  const server = await fakeTrino([errorPage("CATALOG_NOT_FOUND", "Catalog 'hive' not found")]);
  t.after(() => server.close());
  const { url, port } = server;
  const start = processStart(process.pid) ?? "";
  await writeState(trinoPlaces(directory), {
    pid: process.pid,
    start,
    port,
    url,
    started: new Date().toISOString(),
  });
  await assert.rejects(
    trinoUp({ lake: directory, env: {}, log: silentLogger, memoryMb: 1024 }),
    /^ExpectedError: Trino at http:\S+ is up, but without the catalog hive of \S+etc\/catalog: /,
  );
  assert.equal(server.requests.filter(({ method }) => method === "POST").length, 1);
});

test("a server that can't be recorded is stopped", async (t) => {
  const lake = temporaryDirectory(t);
  const places = trinoPlaces(lake);
  const java = join(lake, "jdk", "bin", "java");
  mkdirSync(dirname(java), { recursive: true });
  writeFileSync(join(lake, "jdk", "release"), 'JAVA_VERSION="24"');
  writeFileSync(java, "#!/usr/bin/env node\nsetInterval(() => {}, 1000);", { mode: 0o755 });
  writeFileSync(join(lake, "jdk", "bin", "jar"), "");
  mkdirSync(trinoHome({ XDG_CACHE_HOME: lake }), { recursive: true });
  const env = {
    PATH: process.env.PATH,
    XDG_CACHE_HOME: lake,
    // Read after the record of the last server and before that of the new one, which can't replace a directory.
    get TRINO_JAVA_HOME() {
      mkdirSync(places.state, { recursive: true });
      return join(lake, "jdk");
    },
  };
  const up = trinoUp({ lake, env, log: silentLogger, memoryMb: 1024, port: await freePort() });
  await assert.rejects(up, /server\.json is a directory/);
  const processes = spawnSync("ps", ["-Ao", "pid,args"], { encoding: "utf8" }).stdout.split("\n");
  const left = processes.filter((line) => line.includes(places.config));
  for (const line of left) process.kill(Number.parseInt(line, 10), "SIGKILL");
  assert.deepEqual(left, []);
});

test("refuses a missing lake and an unknown action", async () => {
  await assert.rejects(
    trinoUp({ lake: "/nowhere", env: {}, log: silentLogger, memoryMb: 1024 }),
    /there is no lake \/nowhere: main\.dig creates it /,
  );
  assert.equal(await trinoDown("/nowhere", silentLogger), false);
  const wrong = await runMain(main, ["restart", "--lake", "/nowhere"]);
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /"restart" is not an action: up, down, status or logs/);
});
