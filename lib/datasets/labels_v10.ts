import { about } from "./about.ts";
import {
  added,
  expected,
  id,
  joined,
  list,
  mandatory,
  recordDataset,
  skipWithout,
  text,
} from "./declaration.ts";
import { toLabel } from "./refs.ts";

export const labelsV10 = recordDataset({
  directory: "labels_v10",
  about:
    "One row for each top-level label; the `<label>` elements inside `sublabels` are references. A label without a " +
    "name (212 in the dumps) is not an entity: skipped and counted.",
  table: "labels_ref_v10",
  entity: "label",
  partRows: 200_000,
  // The labels dump can have a label twice: an anomaly of the dumps.
  key: { columns: ["label_id"], hard: false },
  references: [toLabel("parent_label_id", "INFO")],
  columns: [
    about(
      mandatory(id("label_id", "id", "@id")),
      "The label's id at Discogs; a dump can have a label twice.",
    ),
    about(
      expected(text("name")),
      "The label's name; a number in brackets, `Atlas (3)`, tells labels of one name apart.",
    ),
    about(text("profile"), "The text about the label, with the markup of Discogs (`[a=...]`, `[l=...]`)."),
    about(text("contact_info", "contactinfo"), "Postal and other addresses, over several lines."),
    about(
      text("data_quality"),
      "How far the entry was checked by the contributors, e.g. `Correct` or `Needs Vote`.",
    ),
    about(
      id("parent_label_id", "parentLabel/@id"),
      "Id of the label that this one belongs to; NULL for none.",
    ),
    about(text("parent_label_name", "parentLabel"), "Name of the label that this one belongs to."),
    about(joined("urls_csv", "urls/url"), "The addresses of the label's pages, for reading."),
    about(
      joined("sublabel_ids_csv", "sublabels/label/@id"),
      "Ids of the labels that belong to this one, in the order of their names.",
    ),
    about(
      joined("sublabel_names_csv", "sublabels/label"),
      "Names of the labels that belong to this one, for reading.",
    ),
    about(added(list("url_list", "urls/url")), "The addresses of the label's pages, each by itself."),
  ],
  missing: [skipWithout("name")],
});
