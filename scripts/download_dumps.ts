import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT, ExpectedError } from "../lib/cli/errors.ts";
import { downloadMonth } from "../lib/download/download_month.ts";
import { DEFAULT_LIMITS, DOWNLOAD_DEFAULTS } from "../lib/download/limits.ts";

/** Downloads a month's dumps, resuming earlier downloads, and verifies them; a failed download or checksum is exit 2. */
export const main = defineCommand({
  name: "scripts/download_dumps.ts",
  summary: "Downloads a month's dump files from Discogs into the raw root and verifies them.",
  description: [
    "Picks the newest complete dump of the month (one with a CHECKSUM.txt) and stores it as",
    "RAW_ROOT/YYYY-MM/discogs_YYYYMMDD_{artists,labels,masters,releases}.xml.gz, CHECKSUM.txt last. Existing files",
    "that pass verification are kept. An interrupted download stays as .part, and the next run resumes it if the",
    "server supports that. A connection slower than 1 kB/s counts as lost. HTTP_PROXY, HTTPS_PROXY and NO_PROXY set",
    "the proxy.",
    "Prints a line for each file: its state, a tab, its path.",
  ].join("\n"),
  options: {
    month: {
      type: "string",
      value: "YYYY-MM",
      summary: "month of the dump (default: the newest complete one)",
    },
    "raw-root": {
      type: "path",
      env: "DISCOGS_RAW",
      required: true,
      value: "DIR",
      summary: "directory with the directories of the months",
    },
    "base-url": {
      type: "string",
      env: "DISCOGS_BASE_URL",
      default: DOWNLOAD_DEFAULTS.baseUrl,
      value: "URL",
      summary: "server with the dumps: data.discogs.com, or an S3 bucket",
    },
    "dry-run": { type: "flag", summary: "report present and missing files, write nothing" },
    timeout: {
      type: "integer",
      default: DOWNLOAD_DEFAULTS.timeoutSeconds,
      min: 1,
      value: "SECONDS",
      summary: "time without data after which the connection counts as lost",
    },
    "max-wait": {
      type: "integer",
      default: DOWNLOAD_DEFAULTS.maxWaitSeconds,
      value: "SECONDS",
      summary: "longest wait to accept from the server, which sometimes asks for an hour",
    },
    "max-hours": {
      type: "integer",
      default: DEFAULT_LIMITS.totalSeconds / 3600,
      min: 1,
      value: "HOURS",
      summary: "time limit for all files, waits included",
    },
    retries: {
      type: "integer",
      default: DOWNLOAD_DEFAULTS.retries,
      summary: "consecutive failures before giving up",
    },
  },
  examples: [
    "bin/lake download_dumps --raw-root /data/raw",
    "bin/lake download_dumps --raw-root /data/raw --month 2026-08 --dry-run",
  ],
  async run({ options, env, log, print }) {
    const { month } = options;
    if (month !== undefined && !/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) {
      throw new ExpectedError(`--month is "${month}", but must be YYYY-MM`);
    }
    const { directory, files } = await downloadMonth({
      rawRoot: options["raw-root"],
      ...(month === undefined ? {} : { month }),
      baseUrl: options["base-url"],
      dryRun: options["dry-run"],
      timeoutSeconds: options.timeout,
      maxWaitSeconds: options["max-wait"],
      retries: options.retries,
      limits: { totalSeconds: options["max-hours"] * 3600 },
      env,
      log,
    });
    for (const { name, state } of files) print(`${state}\t${directory}/${name}`);
    return EXIT.ok;
  },
});

await runAsEntrypoint(import.meta.url, main);
