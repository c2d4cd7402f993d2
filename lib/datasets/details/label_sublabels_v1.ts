import { about } from "../about.ts";
import { detailDataset, id, mandatory, numberRef, ordinal, text } from "../declaration.ts";
import { labelsV10 } from "../labels_v10.ts";
import { toLabel } from "../refs.ts";

/** Sublabels listed by labels. */
export const labelSublabelsV1 = detailDataset(labelsV10, {
  directory: "label_sublabels_v1",
  shortName: "sublabels",
  about: "One row per sublabel listed by a label.",
  partRows: 1_000_000,
  // A dump can contain the same label twice.
  key: { columns: ["label_id", "sublabel_no"], hard: false },
  references: [toLabel("label_id", "INFO"), toLabel("sublabel_id", "INFO")],
  rows: [
    {
      each: "sublabels/label",
      columns: [
        about(mandatory(id("label_id", "/id", "/@id")), "Id of the label."),
        about(mandatory(ordinal("sublabel_no")), "Position within the label, starting at 1."),
        about(numberRef("sublabel_id", "@id"), "Id of the sublabel; NULL if the dump has none."),
        about(text("sublabel_name", "."), "Name of the sublabel."),
      ],
    },
  ],
});
