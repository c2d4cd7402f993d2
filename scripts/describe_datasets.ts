import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT } from "../lib/cli/errors.ts";
import { datasetsPage } from "../lib/docs/datasets_page.ts";
import { readSql, sqlFiles } from "../lib/sql/sql_files.ts";

/** Prints docs/datasets.md. */
export const main = defineCommand({
  name: "scripts/describe_datasets.ts",
  summary: "Prints docs/datasets.md: every dataset, its columns and the origin of each value.",
  options: {},
  examples: ["bin/lake describe_datasets > docs/datasets.md"],
  async run({ print }) {
    const views = sqlFiles("views").map((file) => ({
      name: file.slice(0, -".sql".length),
      about: leadingComment(readSql(`views/${file}`)),
    }));
    print(datasetsPage(views).trimEnd());
    return EXIT.ok;
  },
});

/** The comment at the start of a file in `sql/`, as one line. */
function leadingComment(sql: string): string {
  const [comment = ""] = /^(?:-- ?.*\n)+/.exec(sql) ?? [];
  return comment.replaceAll(/^-- ?/gm, "").trim().replaceAll("\n", " ");
}

await runAsEntrypoint(import.meta.url, main);
