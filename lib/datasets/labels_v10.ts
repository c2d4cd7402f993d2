import { expected, id, joined, mandatory, recordDataset, skipWithout, text } from "./declaration.ts";
import { toLabel } from "./refs.ts";

export const labelsV10 = recordDataset({
  directory: "labels_v10",
  about:
    "One row for each top-level label; the `<label>` elements inside `sublabels` are references. A label without a " +
    "name (212 in the dumps) is not an entity: skipped and counted.",
  table: "labels_ref_v10",
  entity: "label",
  partRows: 200_000,
  references: [toLabel("parent_label_id")],
  columns: [
    mandatory(id("label_id", "id", "@id")),
    expected(text("name")),
    text("profile"),
    text("contact_info", "contactinfo"),
    text("data_quality"),
    id("parent_label_id", "parentLabel/@id"),
    text("parent_label_name", "parentLabel"),
    joined("urls_csv", "urls/url"),
    joined("sublabel_ids_csv", "sublabels/label/@id"),
    joined("sublabel_names_csv", "sublabels/label"),
  ],
  missing: [skipWithout("name")],
});
