import { readFileSync } from "node:fs";
import { z } from "zod";
import { ExpectedError, oneLine } from "../../cli/errors.ts";
import { type S3Settings, s3Settings } from "../../publish/s3_options.ts";

/** How to reach a Trino, and the lake's location there. */
export interface TrinoSettings {
  /** `http://` or `https://`, without a path. */
  url: string;
  user: string;
  /** Sent over HTTPS only. */
  password?: string;
  /** Name of the statements' catalog, `hive`, on that server. */
  catalog: string;
  /** Certificate of the authority that signed the server's, PEM. */
  ca?: string;
  /** Location of the lake's root in that Trino; ends in `/`. */
  lakeUrl: string;
  /** How this process reaches the store that `lakeUrl` is in, if it is an S3-compatible one. */
  store?: S3Settings;
  /** For one statement, including retries. */
  timeoutMs: number;
}

const DEFAULT_USER = "discogs";

const LOCATION =
  /^(local:\/\/\/|file:\/\/\/|(s3|s3a|s3n|gs|abfss?|wasbs?|hdfs|alluxio):\/\/[^/?#\s]+)[^?#*[\]\0]*$/;

const environment = z.object({
  TRINO_URL: z.string().regex(/^https?:\/\/[^/?#\s@]+\/*$/, "must be like http://127.0.0.1:8080"),
  TRINO_USER: z.string().default(DEFAULT_USER),
  TRINO_PASSWORD: z.string().optional(),
  TRINO_CATALOG: z
    .string()
    .regex(/^[a-z][a-z0-9_]*$/, "must be lower-case letters, digits and _")
    .default("hive"),
  TRINO_CA_FILE: z.string().optional(),
  TRINO_TIMEOUT: z
    .string()
    .regex(/^\d+(\.\d+)?$/, "must be a number of seconds")
    .transform(Number)
    .refine((seconds) => seconds > 0 && seconds <= 1_000_000, "must be a number of seconds above 0")
    .default(600),
  DISCOGS_TRINO_LAKE: z
    .string()
    .regex(LOCATION, "must be like local:///, file:///srv/lake or s3://bucket/lake")
    .default("local:///"),
});

/** Whether the environment asks for Trino; an empty variable counts as not set. */
export function wantsTrino(env: NodeJS.ProcessEnv): boolean {
  return (env.TRINO_URL ?? "") !== "";
}

/** The scripts' user: TRINO_USER. */
export function trinoUser({ TRINO_USER: user = "" }: NodeJS.ProcessEnv): string {
  return user === "" ? DEFAULT_USER : user;
}

/** The settings in TRINO_* and DISCOGS_TRINO_LAKE. The ExpectedError names the invalid variable. */
export function trinoSettings(env: NodeJS.ProcessEnv): TrinoSettings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const name = String(issue?.path[0]);
    // The URL may contain a password.
    const shown = (given[name] ?? "").replace(/\/\/.*@/, "//...@");
    throw new ExpectedError(`${name} is ${JSON.stringify(shown)}, but ${issue?.message}`);
  }
  const { TRINO_URL: url, TRINO_PASSWORD: password, TRINO_CA_FILE: caFile } = parsed.data;
  if (password !== undefined && !url.startsWith("https:")) {
    throw new ExpectedError(
      "TRINO_PASSWORD is set, but TRINO_URL is not https: it would be sent in the clear",
    );
  }
  const lakeUrl = parsed.data.DISCOGS_TRINO_LAKE.replace(/\/*$/, "/").replace(/^(local|file):\/+/, "$1:///");
  return {
    url: url.replace(/\/+$/, ""),
    user: parsed.data.TRINO_USER,
    ...(password === undefined ? {} : { password }),
    catalog: parsed.data.TRINO_CATALOG,
    ...(caFile === undefined ? {} : { ca: readCa(caFile) }),
    lakeUrl,
    ...(lakeUrl.startsWith("s3") ? { store: s3Settings(env) } : {}),
    timeoutMs: parsed.data.TRINO_TIMEOUT * 1000,
  };
}

function readCa(path: string): string {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new ExpectedError(`TRINO_CA_FILE can't be read: ${oneLine(error)}`, { cause: error });
  }
  if (text.includes("-----BEGIN CERTIFICATE-----")) return text;
  throw new ExpectedError(`TRINO_CA_FILE=${path} has no certificate in PEM format`);
}
