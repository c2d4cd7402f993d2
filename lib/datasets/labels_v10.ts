import { about } from "./about.ts";
import {
  added,
  expected,
  id,
  joined,
  list,
  mandatory,
  number,
  recordDataset,
  skipWithout,
  text,
} from "./declaration.ts";
import { toLabel } from "./refs.ts";

/** The labels dump, one row per named label. */
export const labelsV10 = recordDataset({
  directory: "labels_v10",
  about:
    "One row per top-level label; `<label>` elements inside `sublabels` are references. Labels without a name (in " +
    "the dumps, the label with the id 212) are not entities: they are skipped and counted.",
  table: "labels_ref_v10",
  entity: "label",
  partRows: 200_000,
  // The labels dump can contain the same label twice, an anomaly of the dumps.
  key: { columns: ["label_id"], hard: false },
  references: [toLabel("parent_label_id", "INFO")],
  columns: [
    about(
      mandatory(id("label_id", "id", "@id")),
      "Discogs id of the label. A dump can contain the same label twice.",
    ),
    about(
      expected(text("name")),
      "Name of the label. A number in parentheses, as in `Atlas (3)`, distinguishes labels with the same name.",
    ),
    about(text("profile"), "Profile text, in Discogs markup (`[a=...]`, `[l=...]`)."),
    about(text("contact_info", "contactinfo"), "Postal and other contact details, on several lines."),
    about(text("data_quality"), "Review status assigned by contributors, e.g. `Correct` or `Needs Vote`."),
    about(number("parent_label_id", "parentLabel/@id"), "Id of the parent label; NULL if there is none."),
    about(text("parent_label_name", "parentLabel"), "Name of the parent label."),
    about(joined("urls_csv", "urls/url"), "URLs of the label's web pages, joined for display."),
    about(
      joined("sublabel_ids_csv", "sublabels/label/@id"),
      "Ids of the sublabels, in the same order as their names.",
    ),
    about(joined("sublabel_names_csv", "sublabels/label"), "Names of the sublabels, joined for display."),
    about(added(list("url_list", "urls/url")), "URLs of the label's web pages, as a list."),
  ],
  missing: [skipWithout("name")],
});
