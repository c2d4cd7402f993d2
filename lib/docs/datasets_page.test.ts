import assert from "node:assert/strict";
import { test } from "node:test";
import { releaseCreditsV1 } from "../datasets/details/release_credits_v1.ts";
import { releaseTracksV1 } from "../datasets/details/release_tracks_v1.ts";
import { datasetsPage } from "./datasets_page.ts";

test("where several elements make rows, each place is written once, with its elements only if others differ", () => {
  const page = datasetsPage([], [releaseTracksV1, releaseCreditsV1]);
  const section = (name: string) => page.split(`### ${name}\n`)[1]?.split("\n### ")[0] ?? "";
  const place = (name: string, column: string) => {
    const row = section(name)
      .split("\n")
      .find((line) => line.startsWith(`| ${column} |`));
    return row?.split(" | ").at(-1)?.replace(/ \|$/, "");
  };
  assert.equal(place("release_tracks_v1", "title"), "`title`");
  assert.equal(
    place("release_tracks_v1", "parent_track_no"),
    "of `release/tracklist/track`: NULL; of `release/tracklist/track/sub_tracks/track`: place of the innermost one around it " +
      "among `tracklist/track` and `tracklist/track/sub_tracks/track` of the record, in document order, from 1",
  );
  assert.equal(place("release_credits_v1", "release_id"), "number at `release/@id`");
  assert.equal(
    place("release_credits_v1", "role"),
    "of `release/artists/artist`, `release/tracklist/track/artists/artist`, " +
      "`release/tracklist/track/sub_tracks/track/artists/artist`: NULL; otherwise `role`",
  );
});
