import { about } from "./about.ts";
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
import type { Reference } from "./types.ts";

/** Declares the images of one kind of record; `paths` lead to the record's id. */
export function images(
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
