import { about } from "./about.ts";
import { detailDataset, id, mandatory, numberRef, ordinal, text } from "./declaration.ts";
import { labelsV10 } from "./labels_v10.ts";
import { toLabel } from "./refs.ts";

export const labelSublabelsV1 = detailDataset(labelsV10, {
  directory: "label_sublabels_v1",
  shortName: "sublabels",
  about: "One row for each label that a label lists as its own.",
  partRows: 1_000_000,
  // A label can be in a dump twice.
  key: { columns: ["label_id", "sublabel_no"], hard: false },
  references: [toLabel("label_id", "INFO"), toLabel("sublabel_id", "INFO")],
  rows: [
    {
      each: "sublabels/label",
      columns: [
        about(mandatory(id("label_id", "/id", "/@id")), "Id of the label."),
        about(mandatory(ordinal("sublabel_no")), "Place in the label, from 1."),
        about(
          numberRef("sublabel_id", "@id"),
          "Id of the label that belongs to it; NULL where the dump gives none.",
        ),
        about(text("sublabel_name", "."), "Name of the label that belongs to it."),
      ],
    },
  ],
});
