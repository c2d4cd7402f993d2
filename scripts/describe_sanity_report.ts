import { sanityStatements } from "../lib/checks/sanity_statements.ts";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";

/** Prints sql/sanity_report_active_v1.sql. */
export const main = defineCommand({
  name: "scripts/describe_sanity_report.ts",
  summary: "Prints sql/sanity_report_active_v1.sql: the sanity report, generated from the declarations.",
  options: {},
  examples: ["bin/lake describe_sanity_report > sql/sanity_report_active_v1.sql"],
  async run({ print }) {
    print(sanityStatements().trimEnd());
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
