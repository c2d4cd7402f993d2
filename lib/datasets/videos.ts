import { about } from "./about.ts";
import {
  boolean,
  detailDataset,
  type ExtractedDataset,
  id,
  mandatory,
  number,
  ordinal,
  text,
} from "./declaration.ts";
import type { Reference } from "./types.ts";

/** Declares the videos linked from one kind of record. */
export function videos(main: ExtractedDataset, idColumn: string, reference: Reference): ExtractedDataset {
  return detailDataset(main, {
    directory: `${main.entity}_videos_v1`,
    about: `One row per video linked from a ${main.entity}.`,
    partRows: 250_000,
    key: { columns: [idColumn, "video_no"], hard: true },
    references: [reference],
    rows: [
      {
        each: "videos/video",
        columns: [
          about(mandatory(id(idColumn, "/@id")), `Id of the ${main.entity}.`),
          about(mandatory(ordinal("video_no")), `Position within the ${main.entity}, starting at 1.`),
          about(text("src", "@src"), "URL of the video."),
          about(number("duration_seconds", "@duration"), "Duration in seconds."),
          about(boolean("embed", "@embed"), "Whether other sites may embed the video."),
          about(text("title"), "Title of the video."),
          about(text("description"), "Description of the video, usually the same as its title."),
        ],
      },
    ],
  });
}
