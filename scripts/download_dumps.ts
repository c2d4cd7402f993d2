import { defineCommand, runAsEntrypoint } from "../lib/cli/command.ts";
import { EXIT, ExpectedError } from "../lib/cli/errors.ts";
import { downloadMonth } from "../lib/download/download_month.ts";
import { DEFAULT_LIMITS, DOWNLOAD_DEFAULTS } from "../lib/download/limits.ts";

export const main = defineCommand({
  name: "scripts/download_dumps.ts",
  summary: "Downloads a month's dump files from Discogs into the raw root and verifies them.",
  description:
    "Takes the newest complete dump of the month (its CHECKSUM.txt is there) and stores it as\n" +
    "RAW_ROOT/YYYY-MM/discogs_YYYYMMDD_{artists,labels,masters,releases}.xml.gz, CHECKSUM.txt last. Files that are\n" +
    "there and verify are kept. An interrupted download stays as .part, and the next run resumes it where\n" +
    "the server allows it. A connection slower than a kilobyte per second counts as lost. Proxies: HTTP_PROXY, HTTPS_PROXY, NO_PROXY. Prints a line for each file: its state,\n" +
    "a tab, its path.",
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
      summary: "where the months' directories are",
    },
    "base-url": {
      type: "string",
      env: "DISCOGS_BASE_URL",
      default: DOWNLOAD_DEFAULTS.baseUrl,
      value: "URL",
      summary: "server with the dumps: data.discogs.com, or an S3 bucket",
    },
    "dry-run": { type: "flag", summary: "report what is present and missing, write nothing" },
    timeout: {
      type: "integer",
      default: DOWNLOAD_DEFAULTS.timeoutSeconds,
      min: 1,
      value: "SECONDS",
      summary: "without a byte: connection lost",
    },
    "max-wait": {
      type: "integer",
      default: DOWNLOAD_DEFAULTS.maxWaitSeconds,
      value: "SECONDS",
      summary: "longest wait that the server may ask for (it has asked for an hour)",
    },
    "max-hours": {
      type: "integer",
      default: DEFAULT_LIMITS.totalSeconds / 3600,
      min: 1,
      value: "HOURS",
      summary: "for all files, waits included",
    },
    retries: {
      type: "integer",
      default: DOWNLOAD_DEFAULTS.retries,
      summary: "failures in a row before giving up",
    },
  },
  examples: [
    "npx tsx scripts/download_dumps.ts --raw-root /data/raw",
    "npx tsx scripts/download_dumps.ts --raw-root /data/raw --month 2026-08 --dry-run",
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
