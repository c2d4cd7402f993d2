import { about } from "../about.ts";
import { detailDataset, id, mandatory, number, numberRef, ordinal, text } from "../declaration.ts";
import { toLabel, toRelease } from "../refs.ts";
import { releasesV6 } from "../releases_v6.ts";

/** Companies credited on releases. */
export const releaseCompaniesV1 = detailDataset(releasesV6, {
  directory: "release_companies_v1",
  shortName: "companies",
  about:
    "One row per company credited on a release other than as its label, e.g. for pressing, recording or publishing.",
  partRows: 500_000,
  key: { columns: ["release_id", "company_no"], hard: true },
  references: [toRelease("release_id", "CRITICAL"), toLabel("company_id", "INFO")],
  rows: [
    {
      each: "companies/company",
      columns: [
        about(mandatory(id("release_id", "/@id")), "Id of the release."),
        about(mandatory(ordinal("company_no")), "Position within the release, starting at 1."),
        about(numberRef("company_id", "id"), "Label id of the company; NULL if there is none."),
        about(text("name"), "Name of the company."),
        about(text("catno"), "Number that the company gave the release."),
        about(number("entity_type", "entity_type"), "Numeric code of the company's role."),
        about(text("entity_type_name"), "Role of the company, e.g. `Pressed By`."),
        about(text("resource_url"), "URL of the company in the Discogs API."),
      ],
    },
  ],
});
