import { type OptionSpecs, type OptionValues, optionValue } from "../cli/options.ts";

/** Options for an S3-compatible store. Credentials come from the usual AWS environment. */
export const s3Options = {
  endpoint: {
    type: "string",
    env: "AWS_ENDPOINT_URL_S3",
    value: "URL",
    form: { pattern: /^https?:\/\/[^\s?#]+$/, name: "a URL like http://127.0.0.1:9000" },
    summary: "endpoint of the store (default: AWS)",
  },
  region: {
    type: "string",
    env: "AWS_REGION",
    value: "REGION",
    summary: "region (default: that of the AWS profile; us-east-1 with --endpoint)",
  },
  "path-style": {
    type: "string",
    env: "DISCOGS_S3_PATH_STYLE",
    choices: ["true", "false"],
    default: "false",
    summary: "put the bucket in the path of URLs instead of the host, as MinIO and others require",
  },
} as const satisfies OptionSpecs;

/** The values of {@link s3Options}. */
export type S3Settings = OptionValues<typeof s3Options>;

/** The settings of the environment alone. ExpectedError for a value that can't be used. */
export function s3Settings(env: NodeJS.ProcessEnv): S3Settings {
  const text = (name: keyof typeof s3Options) => {
    const value = optionValue(name, s3Options[name], undefined, env);
    return value === undefined ? undefined : String(value);
  };
  return { endpoint: text("endpoint"), region: text("region"), "path-style": text("path-style") ?? "false" };
}
