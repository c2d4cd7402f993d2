import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { silentLogger } from "../cli/log.ts";
import type { Entity } from "../datasets/declaration.ts";
import { findDumpFiles } from "../dump/raw_month.ts";
import { temporaryDirectory } from "../files/temporary_directory.ts";
import { mergedInto } from "../sample/changes.ts";
import { artistId, labelId, masterId } from "../sample/ids.ts";
import { createWorld } from "../sample/world.ts";
import { writeSampleDump } from "../sample/write_sample_dump.ts";
import { openSession } from "../sql/duckdb/session.ts";
import { extractAll } from "../testing/dumps.ts";
import { temporaryDirectory as testDirectory } from "../testing/files.ts";
import { compareRuns } from "./compare.ts";

const SIZES = { artists: 2500, labels: 800, masters: 700, releases: 2500 };
const CHANGED = 5;

const IDS = { artist: artistId, label: labelId, master: masterId } as const;

test("a comparison of two sample months finds what the generator changed, and where merged ids went", async (t) => {
  const dir = testDirectory(t);
  const out = join(dir, "raw");
  const base = { out, seed: 4, threads: 1, ...SIZES };
  await writeSampleDump({ ...base, month: "2026-07" });
  const { changes } = await writeSampleDump({
    ...base,
    month: "2026-08",
    growthPercent: 2,
    changedPercent: CHANGED,
  });
  const extract = async (month: string) => {
    for (const { entity, path } of (await findDumpFiles(out, month)).files) {
      await extractAll(path, entity.slice(0, -1) as Entity, join(dir, month), {
        details: true,
      });
    }
    return { runId: month, dir: join(dir, month) };
  };
  const pair = { from: await extract("2026-07"), to: await extract("2026-08") };
  const temporary = await temporaryDirectory(dir, "duckdb");
  const session = await openSession({ threads: 1, directories: [dir], temporary });
  try {
    assert.equal(await compareRuns(session, pair, { log: silentLogger }), null);
    const counts = await session.run(
      "SELECT entity, added, removed, changed FROM change_counts WHERE dataset IS NULL ORDER BY entity",
    );
    assert.deepEqual(
      counts.getRowsJS(),
      (["artists", "labels", "masters", "releases"] as const).map((kind) => {
        const { added = 0, removed = 0, merged = 0, changed = 0 } = changes?.[kind] ?? {};
        assert.ok(added > 0 && removed + merged > 0 && changed > 0, kind);
        return [kind.slice(0, -1), ...[added, removed + merged, changed].map(BigInt)];
      }),
    );
    const world = createWorld(SIZES, 4, 2, "2026-01", CHANGED);
    const moves = (await session.run("SELECT entity, from_id, to_id FROM id_moves")).getRowsJS();
    assert.ok(moves.length > 3, `${moves.length} ids moved`);
    for (const [entity, from, to] of moves) {
      const kind = entity as keyof typeof IDS;
      const index = indexOf(kind, Number(from));
      assert.equal(Number(to), IDS[kind](mergedInto(world, `${kind}s`, index)), `${entity} ${from}`);
    }
  } finally {
    await session.close();
  }
});

function indexOf(kind: keyof typeof IDS, id: number): number {
  for (let index = 1; index <= SIZES.artists; index += 1) if (IDS[kind](index) === id) return index;
  throw new Error(`no ${kind} has the id ${id}`);
}
