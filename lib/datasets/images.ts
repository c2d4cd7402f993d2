import { about } from "./about.ts";
import { artistsV1 } from "./artists_v1.ts";
import {
  detailDataset,
  type ExtractedDataset,
  id,
  mandatory,
  number,
  ordinal,
  type Path,
  text,
} from "./declaration.ts";
import { labelsV10 } from "./labels_v10.ts";
import { mastersV1 } from "./masters_v1.ts";
import { toArtist, toLabel, toMaster, toRelease } from "./refs.ts";
import { releasesV6 } from "./releases_v6.ts";
import type { Reference } from "./types.ts";

function images(
  main: ExtractedDataset,
  idColumn: string,
  paths: readonly Path[],
  reference: Reference,
): ExtractedDataset {
  return detailDataset(main, {
    directory: `${main.entity}_images_v1`,
    about: `One row for each image of a ${main.entity}. Dumps have had none since 2025.`,
    partRows: 250_000,
    // Where a record occurs twice, so do its rows.
    key: { columns: [idColumn, "image_no"], hard: main.key?.hard === true },
    references: [reference],
    rows: [
      {
        each: "images/image",
        columns: [
          about(mandatory(id(idColumn, ...paths)), `Id of the ${main.entity}.`),
          about(mandatory(ordinal("image_no")), `Place in the ${main.entity}, from 1.`),
          about(text("type", "@type"), "Which image it is: `primary` or `secondary`."),
          about(number("width", "@width"), "Width in pixels."),
          about(number("height", "@height"), "Height in pixels."),
          about(text("uri", "@uri"), "Address of the image, as a rule empty."),
          about(text("uri150", "@uri150"), "Address of a small form of it, as a rule empty."),
        ],
      },
    ],
  });
}

export const releaseImagesV1 = images(
  releasesV6,
  "release_id",
  ["/@id"],
  toRelease("release_id", "CRITICAL"),
);
export const masterImagesV1 = images(mastersV1, "master_id", ["/@id"], toMaster("master_id", "CRITICAL"));
export const artistImagesV1 = images(artistsV1, "artist_id", ["/id"], toArtist("artist_id", "CRITICAL"));
export const labelImagesV1 = images(labelsV10, "label_id", ["/id", "/@id"], toLabel("label_id", "INFO"));
