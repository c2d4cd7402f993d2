import { detailDatasets } from "../../datasets/index.ts";
import type { FixtureTables } from "./fixture_tables.ts";

const video = { src: "https://video.example/1", duration_seconds: 276, embed: true, title: "Stockholm" };

/**
 * Detail datasets consistent with `consistentTables`: release 100 has two tracks, one of them with a sub-track, credits at every
 * level, a barcode and the rest; release 101 has a heading and an identifier without a value. All others are empty, like images in
 * the dumps since 2025.
 */
export const detailTables: FixtureTables = {
  ...Object.fromEntries(detailDatasets.map(({ directory }) => [directory, []])),
  release_tracks_v1: [
    { release_id: 100, track_no: 1, position: "A", title: "Östermalm", kind: "index" },
    { release_id: 100, track_no: 2, parent_track_no: 1, position: "A1", title: "Intro", kind: "sub_track" },
    {
      release_id: 100,
      track_no: 3,
      position: "B",
      title: "Vasastaden",
      duration: "4:36",
      duration_seconds: 276,
      kind: "track",
    },
    { release_id: 101, track_no: 1, title: "Side A", kind: "heading" },
  ],
  release_credits_v1: [
    { release_id: 100, is_extra: false, credit_no: 1, artist_id: 1, name: "The Persuader" },
    {
      release_id: 100,
      is_extra: true,
      credit_no: 1,
      artist_id: 2,
      name: "Folk, World & Country",
      role: "Producer [Executive], Mixed By",
      role_list: ["Producer", "Mixed By"],
    },
    {
      release_id: 100,
      track_no: 2,
      is_extra: true,
      credit_no: 1,
      name: "Nobody",
      role: "Vocals",
      role_list: ["Vocals"],
    },
    { release_id: 101, is_extra: false, credit_no: 1, artist_id: 1, name: "The Persuader" },
  ],
  release_formats_v1: [
    { release_id: 100, format_no: 1, name: "Vinyl", qty: "2", quantity: 2, description_list: ['12"', "LP"] },
    { release_id: 101, format_no: 1, name: "CD", qty: "1", quantity: 1 },
  ],
  release_identifiers_v1: [
    { release_id: 100, identifier_no: 1, type: "Barcode", value: "7 312345 678901" },
    { release_id: 101, identifier_no: 1, type: "Barcode" },
    { release_id: 101, identifier_no: 2, type: "Matrix / Runout", value: "SK 032 A1" },
  ],
  release_companies_v1: [
    {
      release_id: 100,
      company_no: 1,
      company_id: 5,
      name: "Svek",
      entity_type: 13,
      entity_type_name: "Phonographic Copyright (p)",
    },
  ],
  release_series_v1: [{ release_id: 100, series_no: 1, series_id: 5, name: "Svek", catno: "1" }],
  release_videos_v1: [{ release_id: 100, video_no: 1, ...video }],
  master_videos_v1: [{ master_id: 10, video_no: 1, ...video }],
  artist_names_v1: [
    { artist_id: 1, kind: "name", name_no: 1, name: "The Persuader" },
    { artist_id: 1, kind: "realname", name_no: 1, name: "Jesper Dahlbäck" },
    { artist_id: 1, kind: "namevariation", name_no: 1, name: "Persuader" },
    { artist_id: 2, kind: "name", name_no: 1, name: "Folk, World & Country" },
  ],
  artist_relations_v1: [
    { artist_id: 2, kind: "alias", relation_no: 1, related_id: 1, name: "Somebody" },
    { artist_id: 2, kind: "member", relation_no: 1, related_id: 1, name: "The Persuader" },
    { artist_id: 1, kind: "group", relation_no: 1, related_id: 2, name: "Folk, World & Country" },
  ],
};
