import { bytesText, counted } from "../lib/cli/amounts.ts";
import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT, ExpectedError } from "../lib/cli/errors.ts";
import { dumpEntities, findDumpFiles, findDumpMonth } from "../lib/dump/raw_month.ts";
import { parseRunId, requireRunId } from "../lib/files/run_id.ts";

/** Lists the four dumps of a month; one that is missing is bad input (exit 2). */
export const main = defineCommand({
  name: "scripts/check_dumps.ts",
  summary: "Checks that the four dump files of a month exist, and lists them.",
  description: "Their contents are checked while they are read, against CHECKSUM.txt if there is one.",
  options: {
    "raw-root": {
      type: "path",
      env: "DISCOGS_RAW",
      required: true,
      value: "DIR",
      summary: "directory of the months' dump files",
    },
    "dump-month": {
      type: "string",
      value: "YYYY-MM",
      summary: "the month (default: the newest with four files)",
    },
    "run-id": { type: "string", value: "RUN_ID", summary: "take the month from this run" },
    "path-of": { type: "string", choices: dumpEntities, summary: "print only the path of this one" },
  },
  examples: ["bin/lake check_dumps --raw-root raw --dump-month 2026-08"],
  async run({ options, print, summarize }) {
    const runId = options["run-id"];
    const runMonth = runId === undefined ? undefined : parseRunId(requireRunId(runId))?.dumpMonth;
    const month = options["dump-month"] ?? runMonth;
    if (runMonth !== undefined && month !== runMonth) {
      throw new ExpectedError(`dump_month is ${month}, but run_id ${runId} is of ${runMonth}`);
    }
    const root = options["raw-root"];
    const found = month === undefined ? await findDumpMonth(root) : await findDumpFiles(root, month);
    const wanted = options["path-of"];
    for (const { entity, name, path, size } of found.files) {
      if (wanted === undefined) print(`${name}: ${bytesText(size)}`);
      else if (entity === wanted) print(path);
    }
    const bytes = found.files.reduce((sum, { size }) => sum + size, 0);
    summarize(wanted ?? `${counted(found.files.length, "file")} of ${found.month}, ${bytesText(bytes)}`);
    if (wanted === undefined) print(`CHECKSUM.txt: ${found.checksums === undefined ? "absent" : "present"}`);
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
