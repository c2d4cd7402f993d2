import { about } from "./about.ts";
import { detailDataset, id, mandatory, number, numberRef, ordinal, text } from "./declaration.ts";
import { toLabel, toRelease } from "./refs.ts";
import { releasesV6 } from "./releases_v6.ts";

export const releaseCompaniesV1 = detailDataset(releasesV6, {
  directory: "release_companies_v1",
  shortName: "companies",
  about:
    "One row for each company that a release names besides its labels: who pressed, recorded or published it.",
  partRows: 500_000,
  key: { columns: ["release_id", "company_no"], hard: true },
  references: [toRelease("release_id", "CRITICAL"), toLabel("company_id", "INFO")],
  rows: [
    {
      each: "companies/company",
      columns: [
        about(mandatory(id("release_id", "/@id")), "Id of the release."),
        about(mandatory(ordinal("company_no")), "Place in the release, from 1."),
        about(
          numberRef("company_id", "id"),
          "Id of the company, which is that of a label; NULL where there is none.",
        ),
        about(text("name"), "Name of the company."),
        about(text("catno"), "The company's own number for the release."),
        about(number("entity_type", "entity_type"), "Number of what the company did."),
        about(text("entity_type_name"), "What the company did, e.g. `Pressed By`."),
        about(text("resource_url"), "Address of the company in the API of Discogs."),
      ],
    },
  ],
});
