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
    about: `One row per ${main.entity} image. Dumps have contained no images since 2025.`,
    partRows: 250_000,
    // If a record occurs twice, so do its rows.
    key: { columns: [idColumn, "image_no"], hard: main.key?.hard === true },
    references: [reference],
    rows: [
      {
        each: "images/image",
        columns: [
          about(mandatory(id(idColumn, ...paths)), `Id of the ${main.entity}.`),
          about(mandatory(ordinal("image_no")), `Position within the ${main.entity}, starting at 1.`),
          about(text("type", "@type"), "Kind of image: `primary` or `secondary`."),
          about(number("width", "@width"), "Width in pixels."),
          about(number("height", "@height"), "Height in pixels."),
          about(text("uri", "@uri"), "URL of the image; usually empty in the dumps."),
          about(text("uri150", "@uri150"), "URL of the thumbnail; usually empty in the dumps."),
        ],
      },
    ],
  });
}

/** Images of releases. */
export const releaseImagesV1 = images(
  releasesV6,
  "release_id",
  ["/@id"],
  toRelease("release_id", "CRITICAL"),
);
/** Images of master releases. */
export const masterImagesV1 = images(mastersV1, "master_id", ["/@id"], toMaster("master_id", "CRITICAL"));
/** Images of artists. */
export const artistImagesV1 = images(artistsV1, "artist_id", ["/id"], toArtist("artist_id", "CRITICAL"));
/** Images of labels. */
export const labelImagesV1 = images(labelsV10, "label_id", ["/id", "/@id"], toLabel("label_id", "INFO"));
