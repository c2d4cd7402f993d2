import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { appendFileSync, chmodSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, describe, type TestContext, test } from "node:test";
import {
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  S3ServiceException,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { version } from "@duckdb/node-api";
import { main } from "../../scripts/publish_run.ts";
import { main as registerActive } from "../../scripts/register_active.ts";
import { main as sanityReport } from "../../scripts/sanity_report.ts";
import { silentLogger } from "../cli/log.ts";
import { runInShell } from "../digdag/testing/shell.ts";
import { userEnv } from "../digdag/testing/user_env.ts";
import { filesBelow, hashFile } from "../files/files.ts";
import { sealedDir } from "../files/paths.ts";
import { projectRoot } from "../files/project_root.ts";
import { makeBuildingRun, makeLake, makeSealedRun } from "../lake/testing/fixture_runs.ts";
import { SANITY_OF_RUN, writeReport } from "../lake/reports.ts";
import { requireActiveRun, switchActive } from "../promotion/active.ts";
import { promote } from "../promotion/promote.ts";
import { rollback } from "../promotion/rollback.ts";
import { commandsOf, fencedBlocks } from "../testing/fenced.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { missingModules, python } from "../testing/python.ts";
import { runUnfenced } from "../testing/run_fixture.ts";
import { runMain } from "../testing/run_main.ts";
import { Bucket } from "./bucket.ts";
import { differenceOf } from "./compare_object.ts";
import { PART_BYTES } from "./file_digests.ts";
import { checkStore, pointToActive, requireInStore } from "./follow_active.ts";
import { parseS3Location } from "./location.ts";
import { type SendParts, sendInParts, unfinishedUploads } from "./multipart.ts";
import { pointTo, readPointer } from "./pointer.ts";
import { publishRun } from "./publish_run.ts";
import { Slots } from "./slots.ts";
import { startTestStore, type TestStore } from "./testing/s3_store.ts";
import { watch } from "./testing/watched.ts";

const RUN = "2025-12__20260120_194923";
const OLDER = "2025-11__20251220_194923";
const SAME_MONTH = "2025-12__20260121_080000";
const DATASET = `_runs/${RUN}/labels_v10/part-00000.parquet`;

/** Packages of Python that each contain an extension of DuckDB. */
const EXTENSIONS = ["duckdb_extension_httpfs", "duckdb_extension_aws"];

/** The file of an extension, for the version of DuckDB that this project uses. */
function extensionFile(module: string): string {
  const code = `import ${module}; print(${module}.__path__[0])`;
  const directory = execFileSync(python, ["-c", code], { encoding: "utf8" }).trim();
  const file = `extensions/${version()}/${module.replace("duckdb_extension_", "")}.duckdb_extension`;
  return join(directory, file);
}

/** A server in front of a store that ends the connection in place of the answer to the first request of a kind. */
async function losingAnswers(t: TestContext, endpoint: string, kind: { method: string; path: RegExp }) {
  const { hostname, port } = new URL(endpoint);
  let lost = 0;
  const server = createServer((incoming, outgoing) => {
    const { method, url = "", headers } = incoming;
    const onward = request({ hostname, port, method, path: url, headers }, (answer) => {
      if (method === kind.method && kind.path.test(url) && lost === 0) {
        lost += 1;
        answer.resume().on("end", () => incoming.socket.destroy());
      } else answer.pipe(outgoing.writeHead(answer.statusCode ?? 500, answer.headers));
    });
    incoming.pipe(onward);
  }).listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, lost: () => lost };
}

/** A file of three parts, and the sending of it to a bucket that is watched. */
async function largeUpload(t: TestContext, bucket: Bucket) {
  const local = join(temporaryDirectory(t), "large.parquet");
  writeFileSync(local, randomBytes(2 * PART_BYTES + 1000));
  const file = { path: "large.parquet", local, ...(await hashFile(local)) };
  const watched = watch(bucket);
  const sendParts = async (changes: Partial<SendParts> = {}) => {
    watched.commands.length = 0;
    const unfinished = (await unfinishedUploads(bucket, "")).get(file.path) ?? [];
    const slots = new Slots(2);
    return sendInParts(bucket, { file, unfinished, slots, done: () => undefined, ...changes });
  };
  const count = (name: string) => watched.commands.filter((command) => command === name).length;
  return { file, bucket, watched, sendParts, count };
}

describe("a lake in an S3-compatible store", () => {
  let store: TestStore;
  let lake: string;
  let dir: string;
  before(async () => {
    store = await startTestStore();
    lake = makeLake();
    dir = await makeSealedRun(lake, RUN);
    await makeSealedRun(lake, OLDER);
    await makeSealedRun(lake, SAME_MONTH);
  });
  after(() => store.close());

  const publish = (prefix: string, ...args: string[]) =>
    runMain(main, ["--lake", lake, "--to", `s3://${store.bucketName}/${prefix}`, ...args], store.env);
  /** The objects in a place: SHA-256 of the contents by path. */
  const contentOf = async (prefix: string) => {
    const bucket = store.bucket(prefix);
    const paths = [...(await bucket.list("")).keys()];
    return Object.fromEntries(
      await Promise.all(paths.map(async (path) => [path, await bucket.hash(path)] as const)),
    );
  };

  test("publishes every file of the run and active.json, and sends nothing when repeated", async () => {
    const first = await publish("whole", RUN);
    assert.equal(first.code, 0, first.stderr);
    assert.match(
      first.stdout,
      /^published: run 2025-12\S+ at s3:\/\/music\/whole\/, (\d+) files of .*, sent: \1 files/,
    );
    assert.match(
      first.stdout,
      /\nactivated: s3:\/\/music\/whole\/active.json names run 2025-12\S+ \(before: none\)\n$/,
    );
    const { "active.json": pointer, ...objects } = await contentOf("whole");
    const expected = await Promise.all(
      (await filesBelow(dir)).map(async (name) => {
        return [`_runs/${RUN}/${name}`, (await hashFile(join(dir, name))).sha256] as const;
      }),
    );
    assert.deepEqual(objects, Object.fromEntries(expected));
    assert.equal(typeof pointer, "string");
    const named = await readPointer(store.bucket("whole"));
    assert.equal(named?.pointer.run_id, RUN);
    assert.equal(named?.pointer.path, `_runs/${RUN}/`);
    assert.equal(named?.pointer.manifest_sha256, (await hashFile(join(dir, "manifest.json"))).sha256);
    const again = await publish("whole", RUN);
    assert.match(again.stdout, /, sent: 0 files of 0 bytes\nalready active: /);
    assert.equal((await contentOf("whole"))["active.json"], pointer);
  });

  test("docs/object-storage.md publishes with the credentials of a profile", async (t) => {
    const credentials = join(temporaryDirectory(t), "credentials");
    writeFileSync(
      credentials,
      "[lake-writer]\naws_access_key_id = test\naws_secret_access_key = test-secret\n",
    );
    const [block] = fencedBlocks(projectRoot, "docs/object-storage.md");
    assert.ok(block !== undefined);
    const commands = commandsOf(block).map(({ command }) =>
      command.replace("2026-09__20261121_080829", RUN).replace("hive-data", lake),
    );
    const env = userEnv({
      ...store.env,
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      AWS_SHARED_CREDENTIALS_FILE: credentials,
    });
    const [, printed = ""] = await runInShell(commands, { cwd: projectRoot, env });
    assert.match(
      printed,
      /^published: run 2025-12\S+ at s3:\/\/music\/lake\/, (\d+) files of .*, sent: \1 files/,
    );
    assert.match(
      printed,
      /^activated: s3:\/\/music\/lake\/active.json names run 2025-12\S+ \(before: none\)$/m,
    );
    assert.equal((await readPointer(store.bucket("lake")))?.pointer.run_id, RUN);
  });

  test("DuckDB reads that run as docs/object-storage.md shows it", {
    skip: missingModules(...EXTENSIONS),
  }, async () => {
    const blocks = fencedBlocks(projectRoot, "docs/object-storage.md");
    const [sql = ""] = blocks.filter(({ language }) => language === "sql").map(({ text }) => text);
    const { host } = new URL(store.endpoint);
    const here = `credential_chain, ENDPOINT '${host}', URL_STYLE 'path', USE_SSL false`;
    const statements = sql.replace("credential_chain", here).trim().split(/;\n?/).slice(0, -1);
    const rows = await runUnfenced(
      ...EXTENSIONS.map((name) => `LOAD '${extensionFile(name)}'`),
      ...statements,
    );
    assert.deepEqual(rows, [[2n]]);
  });

  test("sends the manifest last, and repeating completes after a failure", async () => {
    const bucket = store.bucket("order");
    const sent: string[] = [];
    const watched = watch(bucket);
    watched.before = (command, path) => {
      if (command === "PutObject") sent.push(path);
    };
    await publishRun(lake, RUN, bucket, { parallel: 4 });
    assert.ok(!watched.commands.includes("GetObject"), "objects are compared without being read back");
    assert.equal(sent.length, (await filesBelow(dir)).length);
    assert.equal(sent.at(-1), `_runs/${RUN}/manifest.json`);
    const failing = store.bucket("unfinished");
    watch(failing).before = (command, path) => {
      if (command === "PutObject" && path === DATASET) throw new Error("the network is gone");
    };
    await assert.rejects(publishRun(lake, RUN, failing, { parallel: 1 }), /the network is gone/);
    const paths = [...(await failing.list("")).keys()];
    assert.ok(paths.length > 0 && !paths.some((path) => path.endsWith("manifest.json")), paths.join());
    const finished = await publish("unfinished", RUN);
    const [, rest] = /sent: (\d+) files/.exec(finished.stdout) ?? [];
    assert.equal(Number(rest), (await filesBelow(dir)).length - paths.length);
  });

  test("ended at any request, the store has no manifest without its files, and repeating completes", async () => {
    const { "active.json": _, ...whole } = await contentOf("whole");
    const paths = Object.keys(whole);
    const counted = store.bucket("requests");
    const { commands } = watch(counted);
    await publishRun(lake, RUN, counted, { parallel: 4 });
    for (let last = 0; last < commands.length; last += Math.ceil(commands.length / 8)) {
      const prefix = `ended-${last}`;
      const bucket = store.bucket(prefix);
      const watched = watch(bucket);
      watched.before = () => {
        // No request is made any more, as if the process had been killed.
        if (watched.commands.length > last) throw new Error("the network is gone");
      };
      await assert.rejects(publishRun(lake, RUN, bucket, { parallel: 4 }), /the network is gone/);
      const left = await contentOf(prefix);
      for (const [path, sha256] of Object.entries(left)) assert.equal(sha256, whole[path], path);
      if (`_runs/${RUN}/manifest.json` in left) assert.deepEqual(Object.keys(left), paths);
      assert.equal((await publish(prefix, RUN, "--no-activate")).code, 0);
      assert.deepEqual(await contentOf(prefix), whole);
    }
  });

  test("dry-run and no-activate", async () => {
    const dry = await publish("dry", RUN, "--dry-run");
    assert.match(
      dry.stdout,
      /^would be published: .*would be sent: .*\nwould be activated: .*\(before: none\)\n$/,
    );
    assert.deepEqual(await contentOf("dry"), {});
    assert.equal((await publish("dry", RUN, "--no-activate")).code, 0);
    assert.ok(!("active.json" in (await contentOf("dry"))));
    const chosen = ["--run-id", OLDER, "--promote-run-id", RUN];
    assert.match((await publish("dry", ...chosen, "--only-activate")).stdout, /^activated: .* run 2025-12/);
  });

  test("refuses two choices of the run or of what to do", async () => {
    const both = await publish("dry", RUN, "--no-activate", "--only-activate");
    assert.deepEqual(
      [both.code, /--no-activate conflicts with --only-activate/.test(both.stderr)],
      [2, true],
    );
    const two = await publish("dry", RUN, "--active");
    assert.deepEqual([two.code, /give a run or --active, not both/.test(two.stderr)], [2, true]);
  });

  test("names and keeps a different object, and sends nothing", async () => {
    const bucket = store.bucket("taken");
    const put = new PutObjectCommand({ ...bucket.target(DATASET), Body: "mine" });
    await bucket.send(DATASET, (s3) => s3.send(put));
    const { code, stderr } = await publish("taken", RUN);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /s3:\/\/music\/taken\/_runs\/\S+\/labels_v10\/part-00000.parquet is a different object \(4 bytes instead of \d+\): nothing was sent/,
    );
    assert.deepEqual([...(await bucket.list("")).keys()], [DATASET]);
    assert.equal((await bucket.read(DATASET))?.text, "mine");
  });

  test("names an extra Parquet file, which a table would read", async () => {
    const bucket = store.bucket("foreign");
    const path = `_runs/${RUN}/labels_v10/other.parquet`;
    await bucket.send(path, (s3) => s3.send(new PutObjectCommand({ ...bucket.target(path), Body: "x" })));
    const { code, stderr } = await publish("foreign", RUN);
    assert.equal(code, 1);
    assert.match(stderr, /labels_v10\/other.parquet does not belong to this run: nothing was sent/);
  });

  test("earlier reports, the objects of directories and those of other runs do not matter", async () => {
    const bucket = store.bucket("beside");
    const beside = [
      `_runs/${RUN}/_reports/earlier.csv`,
      `_runs/${RUN}/`,
      `_runs/${RUN}/labels_v10/`,
      `_runs/${RUN}9/x.parquet`,
    ];
    for (const path of beside)
      await bucket.send(path, (s3) => s3.send(new PutObjectCommand({ ...bucket.target(path), Body: "x" })));
    const { code, stderr } = await publish("beside", RUN);
    assert.equal(code, 0, stderr);
    for (const path of beside) assert.equal((await bucket.read(path))?.text, "x");
  });

  test("does not replace an object that takes a file's place meanwhile", async () => {
    const bucket = store.bucket("race");
    let raced = false;
    watch(bucket).before = async (command, path) => {
      if (raced || command !== "PutObject" || path !== DATASET) return;
      raced = true;
      const other = store.bucket("race");
      await other.send(path, (s3) =>
        s3.send(new PutObjectCommand({ ...other.target(path), Body: "theirs" })),
      );
    };
    await assert.rejects(
      publishRun(lake, RUN, bucket, { parallel: 1 }),
      /labels_v10\/part-00000.parquet was written by someone else in the meantime \(6 bytes instead of \d+\)/,
    );
    assert.equal((await bucket.read(DATASET))?.text, "theirs");
  });

  test("finds a different object of the same size, and reads back one for which the store has no SHA-256", async () => {
    const bucket = store.bucket("plain");
    const bytes = readFileSync(join(dir, "labels_v10", "part-00000.parquet"));
    const put = (Body: Uint8Array, checksum?: { ChecksumSHA256: string }) => {
      const command = new PutObjectCommand({ ...bucket.target(DATASET), Body, ...checksum });
      return bucket.send(DATASET, (s3) => s3.send(command));
    };
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(100) ^ 1, 100);
    const ChecksumSHA256 = createHash("sha256").update(changed).digest("base64");
    for (const checksum of [undefined, { ChecksumSHA256 }]) {
      await put(changed, checksum);
      assert.match(
        (await publish("plain", RUN)).stderr,
        /part-00000.parquet is a different object \(different SHA-256\)/,
      );
    }
    await put(bytes);
    assert.equal((await publish("plain", RUN)).code, 0);
  });

  test("refuses an unsealed or damaged run, and if asked one that promote would refuse, before sending anything", async () => {
    const other = makeLake();
    await makeBuildingRun(other, RUN);
    const to = ["--lake", other, "--to", `s3://${store.bucketName}/refused`];
    const building = await runMain(main, [RUN, ...to], store.env);
    assert.equal(building.code, 2);
    assert.match(building.stderr, /run 2025-12\S+ is not sealed/);
    const file = join(await makeSealedRun(other, OLDER), "labels_v10", "part-00000.parquet");
    chmodSync(file, 0o644);
    appendFileSync(file, "x");
    const changed = await runMain(main, [OLDER, ...to], store.env);
    assert.equal(changed.code, 1);
    assert.match(changed.stderr, /does not verify: labels_v10\/part-00000\.parquet/);
    const csv = "check_name,severity,value,ok,details\nreleases.rows,CRITICAL,0,false,\n";
    await writeReport(await makeSealedRun(other, SAME_MONTH), SANITY_OF_RUN, "csv", csv);
    const failed = await runMain(main, [SAME_MONTH, ...to, "--to-promote"], store.env);
    assert.equal(failed.code, 1);
    assert.match(failed.stderr, /a CRITICAL check of run 2025-12\S+ failed .*releases\.rows/);
    assert.deepEqual(await contentOf("refused"), {});
  });

  test("points to an older month only when asked, and only to published runs", async () => {
    await publish("months", RUN);
    const missing = await publish("months", OLDER, "--only-activate", "--allow-older");
    assert.equal(missing.code, 2);
    assert.match(
      missing.stderr,
      /run 2025-11\S+ is not published at s3:\/\/music\/months\/: bin\/lake publish_run 2025-11/,
    );
    const older = await publish("months", OLDER);
    assert.equal(older.code, 2);
    assert.match(
      older.stderr,
      /run 2025-11\S+ is of 2025-11, and s3:\S+active.json names 2025-12\S+, of a newer month/,
    );
    assert.equal((await store.bucket("months").list(`_runs/${OLDER}/`)).size, 0);
    assert.equal((await publish("months", OLDER, "--no-activate")).code, 0);
    const same = await publish("months", SAME_MONTH, "--dry-run");
    assert.match(same.stdout, /^would be activated: .* \(before: 2025-12\S+\)$/m);
    const back = await publish("months", OLDER, "--only-activate", "--allow-older");
    assert.match(back.stdout, /^activated: .* names run 2025-11\S+ \(before: 2025-12\S+\)\n$/);
  });

  test("a run of which objects were removed is not pointed to, nor registered, until they are sent again", async () => {
    await publish("removed", RUN, "--no-activate");
    const bucket = store.bucket("removed");
    const remove = () =>
      bucket.send(DATASET, (s3) => s3.send(new DeleteObjectCommand(bucket.target(DATASET))));
    await remove();
    const refused = async () => {
      const { code, stderr } = await publish("removed", RUN, "--only-activate");
      assert.equal(code, 2);
      assert.match(
        stderr,
        /run 2025-12\S+ is not published in whole at s3:\S+ \(missing: \S+labels_v10\/part-00000.parquet\): bin\/lake publish_run/,
      );
    };
    await refused();
    const settings = { endpoint: store.endpoint, region: "us-east-1", "path-style": "true" };
    const registered = () =>
      requireInStore(bucket.url("").replace("s3:", "s3a:"), { runId: RUN, dir }, settings, silentLogger);
    await assert.rejects(
      registered,
      /is not in s3a:\S+ in whole \(missing: \S+\), where Trino looks for it: publish it first, bin\/lake publish_run \S+ --to s3:\/\/music\/removed /,
    );
    assert.match((await publish("removed", RUN)).stdout, /, sent: 1 file of .*\nactivated: /);
    await registered();
    await remove();
    await refused();
    assert.match((await publish("removed", RUN)).stdout, /, sent: 1 file of .*\nalready active: /);
  });

  test("a pointer that is not there after the store has accepted it is an error", async () => {
    await publish("not-kept", RUN, "--no-activate");
    const bucket = store.bucket("not-kept");
    // As a proxy does that answers each request itself.
    bucket.put = async () => true;
    const manifestSha256 = (await hashFile(join(dir, "manifest.json"))).sha256;
    await assert.rejects(
      pointTo(bucket, { runId: RUN, manifestSha256 }, { allowOlder: false, dryRun: false }),
      /s3:\S+active.json does not name run 2025-12\S+: the store did not keep what it accepted, or it was changed by someone else/,
    );
  });

  test("--active publishes the lake's active run, even after a rollback", async () => {
    assert.match((await publish("active", "--active")).stderr, /active does not exist: promote a run first/);
    await promote(lake, OLDER);
    assert.match((await publish("active", "--active", "--dry-run")).stdout, /\nwould be activated: /);
    await publish("active", "--active");
    await promote(lake, RUN);
    assert.match((await publish("active", "--active")).stdout, /activated: \S+ names run 2025-12/);
    await rollback(lake);
    const back = await publish("active", "--active", "--only-activate", "--allow-older");
    assert.match(back.stdout, /^activated: \S+ names run 2025-11\S+ \(before: 2025-12\S+\)\n$/);
  });

  test("the pointer follows a switch of active that happens while it is moved", async () => {
    for (const runId of [RUN, OLDER]) await publish("follows", runId, "--no-activate");
    await switchActive(lake, RUN);
    const bucket = store.bucket("follows");
    const manifestSha256 = (await hashFile(join(sealedDir(lake, OLDER), "manifest.json"))).sha256;
    watch(bucket).before = async (command, path) => {
      if (command !== "GetObject" || path !== "active.json") return;
      if ((await requireActiveRun(lake)).runId === OLDER) return;
      // Another process switches back, and moves the pointer, before this one reads it.
      await switchActive(lake, OLDER);
      const run = { runId: OLDER, manifestSha256 };
      await pointTo(store.bucket("follows"), run, { allowOlder: true, dryRun: false });
    };
    assert.equal((await pointToActive(lake, bucket, { allowOlder: true })).runId, OLDER);
    assert.equal((await readPointer(bucket))?.pointer.run_id, OLDER);
  });

  test("one of two concurrent changes of the pointer fails, and a different manifest is refused", async () => {
    const bucket = store.bucket("months");
    const manifestSha256 = (await hashFile(join(dir, "manifest.json"))).sha256;
    const run = { runId: RUN, manifestSha256 };
    const options = { allowOlder: true, dryRun: false };
    for (const runId of [RUN, OLDER]) {
      await assert.rejects(
        pointTo(bucket, { runId, manifestSha256: "0".repeat(64) }, options),
        /manifest.json is not the manifest of run 2025-1\S+ here/,
      );
    }
    const before = (await readPointer(bucket))?.pointer;
    assert.equal(before?.run_id, OLDER);
    const again = JSON.stringify({ ...before, activated: new Date().toISOString() });
    const other = store.bucket("months");
    watch(bucket).before = async (command) => {
      if (command !== "PutObject") return;
      await other.send("", (s3) =>
        s3.send(new PutObjectCommand({ ...other.target("active.json"), Body: again })),
      );
    };
    await assert.rejects(
      pointTo(bucket, run, options),
      /active.json was changed by someone else in the meantime/,
    );
    await bucket.send("x", (s3) =>
      s3.send(new PutObjectCommand({ ...store.bucket("odd").target("active.json"), Body: "{}" })),
    );
    assert.match(
      (await publish("odd", RUN)).stderr,
      /s3:\/\/music\/odd\/active.json: run_id: .*; it is not a pointer of this project: remove it/,
    );
  });

  test("a pointer is set even if the answer to the request that writes it is lost", async (t) => {
    await publish("lost", RUN, "--no-activate");
    const { endpoint, lost } = await losingAnswers(t, store.endpoint, {
      method: "PUT",
      path: /active\.json/,
    });
    const { code, stdout } = await publish("lost", RUN, "--endpoint", endpoint);
    assert.deepEqual([lost(), code], [1, 0]);
    assert.match(
      stdout,
      /^activated: s3:\/\/music\/lost\/active.json names run 2025-12\S+ \(before: none\)$/m,
    );
  });

  test("keeps parts of a large file sent by an interrupted attempt", async (t) => {
    const { file, bucket, watched, sendParts, count } = await largeUpload(t, store.bucket("large"));
    watched.before = (command) => {
      if (command === "UploadPart" && count(command) === 3) throw new Error("the network is gone");
    };
    await assert.rejects(sendParts(), /the network is gone/);
    assert.equal(await bucket.head(file.path), undefined);
    watched.before = () => undefined;
    const { isWritten, composite } = await sendParts();
    assert.deepEqual([isWritten, count("CreateMultipartUpload"), count("UploadPart")], [true, 0, 1]);
    assert.equal((await bucket.head(file.path))?.checksum, composite);
    assert.equal(await bucket.hash(file.path), file.sha256);
    assert.equal((await unfinishedUploads(bucket, "")).size, 0);
    watched.commands.length = 0;
    assert.equal(await differenceOf(bucket, file), undefined);
    assert.deepEqual(watched.commands, ["HeadObject"], "compared by the SHA-256 of the parts");
    const other = { ...file, sha256: "0".repeat(64) };
    assert.equal(await differenceOf(bucket, other, composite.replace(/./, "!")), "different SHA-256");
    await assert.rejects(differenceOf(bucket, other), /large.parquet no longer matches the manifest/);
    await assert.rejects(
      sendParts({ file: { ...file, path: "changed.parquet", sha256: "0".repeat(64) } }),
      /large.parquet no longer matches the manifest/,
    );
    assert.equal((await unfinishedUploads(bucket, "")).size, 0);
    assert.equal(await bucket.head("changed.parquet"), undefined);
  });

  test("of several uploads, the newest is finished with the file's own parts in order, and others are aborted", async (t) => {
    const { file, bucket, watched, sendParts, count } = await largeUpload(t, store.bucket("several"));
    const target = bucket.target(file.path);
    const begin = new CreateMultipartUploadCommand({ ...target, ChecksumAlgorithm: "SHA256" });
    const { UploadId: newest = "" } = await bucket.send(file.path, (s3) => s3.send(begin));
    const wrong = { ...target, UploadId: newest, PartNumber: 2, Body: "x" };
    const ChecksumSHA256 = createHash("sha256").update("x").digest("base64");
    await bucket.send(file.path, (s3) => s3.send(new UploadPartCommand({ ...wrong, ChecksumSHA256 })));
    const sent = new EventEmitter();
    watched.before = async (command) => {
      // The first part arrives after another.
      if (command === "UploadPart" && count(command) === 1) await once(sent, "part");
    };
    // The older one is gone already: with S3Mock, aborting it would remove the parts of the other.
    await sendParts({ unfinished: [randomUUID(), newest], done: () => sent.emit("part") });
    const requests = ["AbortMultipartUpload", "CreateMultipartUpload", "UploadPart"].map(count);
    assert.deepEqual(requests, [1, 0, 3]);
    assert.equal(await bucket.hash(file.path), file.sha256);
    assert.equal((await unfinishedUploads(bucket, "")).size, 0);
  });

  test("a large file does not replace an object that takes its place meanwhile, and leaves no upload", async (t) => {
    const { file, bucket, watched, sendParts } = await largeUpload(t, store.bucket("large-race"));
    const other = store.bucket("large-race");
    watched.before = async (command) => {
      if (command !== "CompleteMultipartUpload") return;
      const put = new PutObjectCommand({ ...other.target(file.path), Body: "theirs" });
      await other.send(file.path, (s3) => s3.send(put));
    };
    assert.equal((await sendParts()).isWritten, false);
    assert.equal((await unfinishedUploads(bucket, "")).size, 0);
    watched.before = (command) => {
      if (command !== "CompleteMultipartUpload") return;
      // As S3 answers when it has completed the upload already.
      const $metadata = { httpStatusCode: 404 };
      throw new S3ServiceException({ name: "NoSuchUpload", $fault: "client", $metadata });
    };
    assert.equal((await sendParts()).isWritten, false);
  });

  test("a large file is sent even if the answer to the request that completes it is lost", async (t) => {
    const kind = { method: "POST", path: /uploadId=/ };
    const { endpoint, lost } = await losingAnswers(t, store.endpoint, kind);
    const location = parseS3Location(`s3://${store.bucketName}/large-lost`);
    const bucket = new Bucket(location, { endpoint, region: "us-east-1", "path-style": "true" });
    t.after(() => bucket.close());
    const { file, sendParts } = await largeUpload(t, bucket);
    const { composite } = await sendParts();
    assert.equal(lost(), 1);
    assert.equal(await differenceOf(bucket, file, composite), undefined);
  });

  test("when a check of the active run fails and it is rolled back, the pointer goes back too", async () => {
    const failing = makeLake();
    await makeSealedRun(failing, OLDER);
    const twice = [100, 100].map((release_id) => ({ release_id }));
    await makeSealedRun(failing, RUN, { tables: { releases_v6: twice } });
    const place = `s3://${store.bucketName}/failing`;
    for (const runId of [OLDER, RUN]) {
      await promote(failing, runId);
      const { code } = await runMain(main, ["--lake", failing, "--active", "--to", place], store.env);
      assert.equal(code, 0);
    }
    assert.equal((await runMain(registerActive, ["--lake", failing])).code, 0);
    const given = ["--lake", failing, "--active", "--auto-rollback=true", "--publish-to", place];
    const { code, stderr } = await runMain(sanityReport, given, store.env);
    assert.equal(code, 1, stderr);
    assert.match(stderr, /activated: s3:\S+active.json names run 2025-11/);
    assert.match(stderr, /duplicate_release_ids .*; rolled back to run 2025-11/);
    assert.equal((await readPointer(store.bucket("failing")))?.pointer.run_id, OLDER);
    await promote(failing, RUN);
    assert.equal((await runMain(registerActive, ["--lake", failing])).code, 0);
    const nowhere = [...given.slice(0, -1), "s3://nowhere/x"];
    const left = await runMain(sanityReport, nowhere, store.env);
    assert.equal(left.code, 1, "the failed check is what ends the script");
    assert.match(left.stderr, /warning: active\.json of s3:\/\/nowhere\/x does not follow: /);
    assert.match(left.stderr, /duplicate_release_ids .*; rolled back to run 2025-11/);
  });

  test("a store is looked at before a run that will be published begins", async () => {
    const settings = { endpoint: store.endpoint, region: "us-east-1", "path-style": "true" };
    await checkStore(`s3://${store.bucketName}/new`, settings, silentLogger);
    const odd = store.bucket("odd-before");
    await odd.put("active.json", Buffer.from("[]"), createHash("sha256").update("[]").digest("base64"));
    await assert.rejects(
      checkStore(odd.url(""), settings, silentLogger),
      /odd-before\/active.json: .*; it is not a pointer of this project/,
    );
    await assert.rejects(
      checkStore("s3://nowhere/x", settings, silentLogger),
      /there is no such bucket: create it first/,
    );
  });

  test("reports failures in one line with the place and advice", async () => {
    const absent = await runMain(main, [RUN, "--lake", lake, "--to", "s3://nowhere/x"], store.env);
    assert.equal(absent.code, 2);
    assert.match(
      absent.stderr,
      /: error: s3:\/\/nowhere\/x\/\S+: there is no such bucket: create it first, or look at --endpoint\n$/,
    );
    const down = await publish("x", RUN, "--endpoint", "http://127.0.0.1:1");
    assert.equal(down.code, 2);
    assert.match(
      down.stderr,
      /http:\/\/127.0.0.1:1 can't be reached: connect ECONNREFUSED \S+ \(--endpoint\)\n$/,
    );
    assert.match(
      (await runMain(main, [RUN, "--lake", lake, "--to", "music/x"], store.env)).stderr,
      /--to is "music\/x", but must be a location like s3:/,
    );
  });
});
