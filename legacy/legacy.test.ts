import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Main } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { silentLogger } from "../lib/cli/log.ts";
import { writeDump } from "../lib/testing/dumps.ts";
import { temporaryDirectory } from "../lib/testing/files.ts";
import { parquetColumns, parquetRows } from "../lib/testing/parquet.ts";
import { runMain } from "../lib/testing/run_main.ts";
import { main as extractRelations } from "../pipelines/extract_artist_relations_v1.ts";
import { main as extractArtists } from "../pipelines/extract_artists_v1.ts";
import { main as extractMasters } from "../pipelines/extract_masters_v1.ts";
import { main as extractReleases } from "../pipelines/extract_releases_v6.ts";
import { main as legacyRelations } from "./extract_artist_relations_v1.ts";
import { main as legacyArtists } from "./extract_artists_v1.ts";
import { main as legacyMasters } from "./extract_masters_v1.ts";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const texts = (...names: string[]) => names.map((name) => `${name} VARCHAR`);

/** The untyped datasets: the columns of the typed ones. */
const COLUMNS: Record<string, string[]> = {
  artists_v1: texts(
    "artist_id",
    "name",
    "realname",
    "profile",
    "data_quality",
    "urls",
    "namevariations",
    "aliases",
  ).concat("url_list VARCHAR[]"),
  artist_aliases_v1: texts("artist_id", "alias_id", "alias_name"),
  artist_memberships_v1: texts("group_id", "group_name", "member_id", "member_name"),
  masters_v1: [
    ...texts("master_id", "main_release_id", "title"),
    "year BIGINT",
    ...texts("master_artists", "master_artist_ids", "genres", "styles", "data_quality"),
    'artist_refs STRUCT(artist_id VARCHAR, "name" VARCHAR, anv VARCHAR, join_text VARCHAR)[]',
    "genre_list VARCHAR[]",
    "style_list VARCHAR[]",
    "notes VARCHAR",
  ],
};

const ARTIST = "<artist><id>x1</id><name>A</name><aliases><name>B</name></aliases></artist>";
const MASTER = '<master id="-1"><main_release>007</main_release><year>1999</year></master>';

function sources(t: TestContext): { dir: string; artists: string; masters: string } {
  const dir = temporaryDirectory(t);
  return {
    dir,
    artists: writeDump(dir, "artist", [ARTIST]),
    masters: writeDump(dir, "master", [MASTER]),
  };
}

const quietly = (main: Main, argv: string[], env: NodeJS.ProcessEnv = {}) => main(argv, env, silentLogger);

test("the untyped datasets have the columns of the typed ones, with ids as text", async (t) => {
  const { dir, artists, masters } = sources(t);
  const lake = { DISCOGS_DATA_LAKE: dir };
  assert.equal(await quietly(legacyArtists, ["--src", artists], lake), EXIT.ok);
  assert.equal(await quietly(legacyRelations, ["--src", artists], lake), EXIT.ok);
  assert.equal(await quietly(legacyMasters, ["--src", masters], lake), EXIT.ok);
  for (const [directory, columns] of Object.entries(COLUMNS)) {
    assert.deepEqual(
      await parquetColumns(join(dir, "_tmp_test", directory, "*.parquet")),
      columns,
      directory,
    );
  }
});

test("the help of each script has an example that runs that script", async () => {
  const scripts = {
    extract_artists_v1: legacyArtists,
    extract_artist_relations_v1: legacyRelations,
    extract_masters_v1: legacyMasters,
  };
  for (const [name, main] of Object.entries(scripts)) {
    const { stdout } = await runMain(main, ["--help"]);
    assert.match(stdout, new RegExp(`\nExamples:\n {2}npx tsx legacy/${name}\\.ts --src [^\n]+\n\n`));
    assert.doesNotMatch(stdout, /bin\/lake/);
  }
});

test("--legacy on an extractor yields the same bytes as the script in legacy/", async (t) => {
  const { dir, masters } = sources(t);
  const [one, other] = [join(dir, "one"), join(dir, "other")];
  assert.equal(await quietly(extractMasters, ["--src", masters, "--out", one, "--legacy"]), EXIT.ok);
  assert.equal(await quietly(legacyMasters, ["--src", masters, "--out", other]), EXIT.ok);
  const bytes = [one, other].map((out) => readFileSync(join(out, "part-00000.parquet")));
  assert.deepEqual(bytes[0], bytes[1]);
  const [row] = await parquetRows(join(one, "*.parquet"));
  assert.deepEqual([row?.master_id, row?.main_release_id, row?.year], ["-1", "007", "1999"]);
});

test("typed is the default, which drops the row whose id is not a number", async (t) => {
  const { dir, artists } = sources(t);
  for (const [out, argv] of [
    ["default", []],
    ["typed", ["--typed"]],
  ] as const) {
    await quietly(extractArtists, ["--src", artists, "--out", join(dir, out), ...argv]);
    assert.deepEqual(await parquetRows(join(dir, out, "*.parquet")), []);
    assert.equal((await parquetColumns(join(dir, out, "*.parquet")))[0], "artist_id BIGINT");
  }
});

test("refuses --typed with --legacy, and --legacy where there is no untyped form", async (t) => {
  const { dir, artists } = sources(t);
  const both = ["--src", artists, "--typed", "--legacy"];
  for (const main of [extractArtists, extractRelations, legacyArtists]) {
    assert.equal(await quietly(main, both, { DISCOGS_DATA_LAKE: dir }), EXIT.badInput);
  }
  const releases = ["--src", artists, "--out", join(dir, "out"), "--legacy"];
  assert.equal(await quietly(extractReleases, releases), EXIT.badInput);
  assert.deepEqual(readdirSync(dir).sort(), ["artists.xml.gz", "masters.xml.gz"]);
});

const IMPORT = /(?:from|import)\s*\(?\s*["']([^"']+)["']/g;

test("nothing outside of legacy/ imports from it", () => {
  const folders = ["bin", "lib", "pipelines", "scripts", "tests"];
  const files = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(ts|mjs)$/.test(name) && !name.includes("node_modules"))
      .map((name) => join(ROOT, folder, name)),
  );
  assert.ok(files.length > 50);
  const found = files.filter((file) =>
    [...readFileSync(file, "utf8").matchAll(IMPORT)].some(([, specifier = ""]) =>
      relative(ROOT, resolve(dirname(file), specifier)).startsWith("legacy/"),
    ),
  );
  assert.deepEqual(found, []);
});
