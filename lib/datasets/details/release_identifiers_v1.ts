import { about } from "../about.ts";
import { detailDataset, id, mandatory, ordinal, type SourcedColumn, text } from "../declaration.ts";
import { toRelease } from "../refs.ts";
import { releasesV6 } from "../releases_v6.ts";

const value: SourcedColumn = {
  name: "value",
  type: "VARCHAR",
  source: { kind: "text", paths: ["@value", "."] },
};

/** Barcodes and other identifiers of releases. */
export const releaseIdentifiersV1 = detailDataset(releasesV6, {
  directory: "release_identifiers_v1",
  shortName: "identifiers",
  about: "One row per identifier on a release: barcodes, matrix numbers, rights societies and others.",
  partRows: 500_000,
  key: { columns: ["release_id", "identifier_no"], hard: true },
  references: [toRelease("release_id", "CRITICAL")],
  rows: [
    {
      each: "identifiers/identifier",
      columns: [
        about(mandatory(id("release_id", "/@id")), "Id of the release."),
        about(mandatory(ordinal("identifier_no")), "Position within the release, starting at 1."),
        about(text("type", "@type"), "Type of identifier, e.g. `Barcode` or `Matrix / Runout`."),
        about(
          text("description", "@description"),
          "Where the identifier was found, or what distinguishes it from others of its type.",
        ),
        about(value, "The identifier, as written."),
      ],
    },
  ],
});
