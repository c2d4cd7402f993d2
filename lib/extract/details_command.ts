import { join } from "node:path";
import { type CommandMain, defineCommand } from "../cli/command.ts";
import { commandCall } from "../cli/command_call.ts";
import { EXIT } from "../cli/errors.ts";
import { extractorChoices } from "../datasets/choose.ts";
import { datasetName } from "../datasets/dataset_name.ts";
import type { Entity, ExtractedDataset } from "../datasets/declaration.ts";
import { extractedDatasetsOf } from "../datasets/index.ts";
import { checkedChoice } from "../lake/checked_choice.ts";
import { extractTo, RESULT_TEXT, sharedOptions, sourceOptions } from "./extractor_command.ts";

/** Creates the command of a script that extracts the detail datasets of one dump, each to a directory of its name. */
export function detailsCommand(entity: Entity): CommandMain {
  const name = `pipelines/extract_${entity}_details_v1.ts`;
  const candidates = extractedDatasetsOf(entity);
  return defineCommand({
    name,
    summary: `Extracts the detail datasets of a dump of ${entity}s, in one pass.`,
    description: [RESULT_TEXT, `The datasets are ${candidates.map(nameOf).join(", ")}.`].join("\n"),
    options: {
      ...sourceOptions(entity),
      "out-dir": {
        type: "path",
        value: "DIR",
        required: true,
        summary: "directory for the datasets' directories",
      },
      datasets: {
        type: "string",
        value: "details|all|LIST",
        default: "details",
        notEmpty: true,
        summary:
          "details (the detail datasets), all (the historical ones too), or names of either kind separated by commas, with the detail datasets they refer to",
      },
      ...sharedOptions,
    },
    examples: [
      `${commandCall(name)} --src discogs_20260901_${entity}s.xml.gz --out-dir /tmp/${entity}s`,
      `${commandCall(name)} --src discogs_20260901_${entity}s.xml.gz --out-dir /tmp/${entity}s --datasets all`,
    ],
    async run({ options, ...context }) {
      const datasets = checkedChoice("--datasets", options.datasets, candidates, extractorChoices);
      const targets = datasets.map((dataset) => ({
        dataset,
        out: join(options["out-dir"], dataset.directory),
      }));
      await extractTo({ entity, targets, options, ...context });
      return EXIT.ok;
    },
  });
}

function nameOf({ directory }: ExtractedDataset): string {
  return datasetName(directory);
}
