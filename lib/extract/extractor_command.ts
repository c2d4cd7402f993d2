import { join } from "node:path";
import { bytesText, counted, countText } from "../cli/amounts.ts";
import { type CommandContext, type CommandMain, defineCommand } from "../cli/command.ts";
import { commandCall } from "../cli/command_call.ts";
import { EXIT, ExpectedError } from "../cli/errors.ts";
import type { OptionSpec } from "../cli/options.ts";
import type { Entity, ExtractedDataset } from "../datasets/declaration.ts";
import { untyped } from "../datasets/untyped.ts";
import { chooseDump, dumpVariable } from "../dump/choose_dump.ts";
import { type ExtractedResult, extractDump, type Output } from "./extract_dump.ts";

/** Declaration of an extractor script. */
export interface ExtractorSpec {
  /** `pipelines/extract_artists_v1.ts` */
  name: string;
  summary: string;
  /** The datasets it makes, each with the option for its output directory. */
  outputs: readonly { option: string; dataset: ExtractedDataset }[];
  /** Whether the datasets have an untyped form, made with `--legacy`. */
  hasLegacy?: boolean;
}

/** The `--strict` option: reject a dump with content that no dataset holds. */
export const strictOption = {
  type: "flag",
  summary: "refuse a dump with unknown elements or attributes",
} as const satisfies OptionSpec;

/** Options shared by all extractor scripts. */
export const sharedOptions = {
  batch: { type: "integer", min: 1, summary: "rows per part (default: as declared for the dataset)" },
  "max-parts": {
    type: "integer",
    min: 1,
    summary: "stop once a dataset has N parts; the result is marked partial",
  },
  threads: {
    type: "integer",
    min: 1,
    summary: "number of threads, including decompression (default: one per core, at most 4)",
  },
  "remove-control-characters": {
    type: "flag",
    summary: "remove and count control characters, which XML does not allow (dumps of 2011 have some)",
  },
  strict: strictOption,
  clean: { type: "flag", summary: "replace an existing dataset on success, but no other files" },
} as const satisfies Record<string, OptionSpec>;

const formOptions = {
  typed: { type: "flag", summary: "numeric ids and declared types (the default)" },
  lake: { type: "path", env: "DISCOGS_DATA_LAKE", value: "DIR", summary: "lake for the default of --out" },
} as const satisfies Record<string, OptionSpec>;

/** The options that name the dump. */
export const sourceOptions = (entity: Entity) =>
  ({
    src: {
      type: "path",
      summary: `the dump: .xml, .xml.gz, or - for stdin (default: $${dumpVariable(entity)}, or the newest in --raw-root)`,
    },
    "raw-root": {
      type: "path",
      env: "DISCOGS_RAW",
      value: "DIR",
      summary: "directory of the months' dump files",
    },
  }) as const satisfies Record<string, OptionSpec>;

/** The description of results, for the help of every extractor script. */
export const RESULT_TEXT = [
  "The output is published only once the whole dump has been read and verified; otherwise nothing is written.",
  "A result limited by --max-parts is marked partial and cannot become part of a run.",
].join("\n");

const legacyOption = {
  legacy: {
    type: "flag",
    summary: "extract the untyped form: ids as text, no row dropped, directories without _typed",
  },
} as const satisfies Record<string, OptionSpec>;

/** The command of an extractor script, with its declaration. */
export type ExtractorMain = CommandMain & { readonly spec: ExtractorSpec };

/** Creates the command of an extractor script. */
export function extractorCommand(spec: ExtractorSpec): ExtractorMain {
  const { name, summary, outputs, hasLegacy } = spec;
  const entity = outputs[0]?.dataset.entity;
  if (entity === undefined) throw new TypeError(`${name} makes no dataset`);
  const main = defineCommand({
    name,
    summary,
    description: RESULT_TEXT,
    options: {
      ...sourceOptions(entity),
      ...outOptions(outputs),
      ...sharedOptions,
      ...formOptions,
      ...(hasLegacy === true ? legacyOption : {}),
    },
    examples: [
      `${commandCall(name)} --src discogs_20260901_${entity}s.xml.gz ${outputs.map(({ option }) => `--${option} /tmp/${option}`).join(" ")}`,
    ],
    async run({ options, env, log, print }) {
      const targets = outputs.map((output) => targetOf(output, options as Record<string, unknown>));
      await extractTo({ entity, targets, options, env, log, print });
      return EXIT.ok;
    },
  });
  return Object.assign(main, { spec });
}

type ExtractionOptions = typeof sharedOptions & ReturnType<typeof sourceOptions>;

interface Extraction extends Pick<CommandContext<ExtractionOptions>, "env" | "log" | "print" | "options"> {
  entity: Entity;
  targets: readonly Output[];
}

/** Makes datasets from a dump according to an extractor script's options, and prints one line per dataset. */
export async function extractTo(extraction: Extraction): Promise<void> {
  const { entity, targets, options, env, log, print } = extraction;
  const result = await extractDump({
    source: await chooseDump({
      entity,
      given: options.src,
      env,
      rawRoot: options["raw-root"],
      month: undefined,
    }),
    entity,
    outputs: targets,
    batch: options.batch,
    maxParts: options["max-parts"],
    clean: options.clean,
    strict: options.strict,
    removeControlCharacters: options["remove-control-characters"],
    threads: options.threads,
    log,
  });
  for (const [index, dataset] of result.datasets.entries()) {
    print(summaryLine(dataset, targets[index] as Output, result.isPartial));
  }
}

/** The output option of each dataset. */
function outOptions(outputs: ExtractorSpec["outputs"]): Record<string, OptionSpec> {
  const options = outputs.map(({ option, dataset }): [string, OptionSpec] => {
    const where = `directory for ${dataset.directory} (default: in the lake's _tmp_test/)`;
    return [option, { type: "path", value: "DIR", summary: where }];
  });
  return Object.fromEntries(options);
}

/** Turns an extractor with `--legacy` into a script that makes only the untyped form. */
export function untypedCommand({ command, spec }: ExtractorMain, name: string, summary: string): CommandMain {
  const untypedOutputs = spec.outputs.map((output) => ({ ...output, dataset: untyped(output.dataset) }));
  const options: Record<string, OptionSpec> = {
    ...command.options,
    ...outOptions(untypedOutputs),
    legacy: { type: "flag", summary: `${legacyOption.legacy.summary} (the default)` },
    typed: { type: "flag", summary: `refused: ${spec.name} makes the typed form` },
  };
  return defineCommand({
    ...command,
    name,
    summary,
    options,
    examples: (command.examples ?? []).map((example) =>
      example.replace(commandCall(spec.name), commandCall(name)),
    ),
    async run(context) {
      const values: Record<string, unknown> = { ...context.options, legacy: true };
      return command.run({ ...context, options: values as typeof context.options });
    },
  });
}

function targetOf(output: ExtractorSpec["outputs"][number], options: Record<string, unknown>): Output {
  if (options.legacy === true && options.typed === true) {
    throw new ExpectedError("--typed conflicts with --legacy: omit one of them");
  }
  const dataset = options.legacy === true ? untyped(output.dataset) : output.dataset;
  return { dataset, out: outDirectory(output.option, dataset, options) };
}

function outDirectory(option: string, dataset: ExtractedDataset, options: Record<string, unknown>): string {
  const given = options[option];
  if (typeof given === "string") return given;
  if (typeof options.lake === "string") return join(options.lake, "_tmp_test", dataset.directory);
  throw new ExpectedError(`--${option} is missing (or set DISCOGS_DATA_LAKE)`);
}

function summaryLine(dataset: ExtractedResult, { out }: Output, isPartial: boolean): string {
  const bytes = dataset.files.reduce((sum, file) => sum + file.bytes, 0);
  const reasons = Object.entries(dataset.counts)
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => `, ${reason} ${countText(count)}`);
  const size = `${counted(dataset.rows, "row")}, ${counted(dataset.files.length, "part")}, ${bytesText(bytes)}`;
  return `${isPartial ? "partial " : ""}${dataset.directory}: ${size}${reasons.join("")} -> ${out}`;
}
