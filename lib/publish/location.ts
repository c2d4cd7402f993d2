import { ExpectedError } from "../cli/errors.ts";
import type { OptionForm } from "../cli/options.ts";

/** A location in an S3-compatible store where a lake is published. */
export interface S3Location {
  bucket: string;
  /** Without a slash at either end; empty for the whole bucket. */
  prefix: string;
}

const LOCATION = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:\/[\w.=@+-]+)*)\/*$/;

/** The form of a location on the command line. */
export const S3_LOCATION: OptionForm = { pattern: LOCATION, name: "a location like s3://bucket/prefix" };

/** Reads `s3://bucket/prefix`. ExpectedError for anything else. */
export function parseS3Location(text: string): S3Location {
  const [, bucket, path = ""] = LOCATION.exec(text) ?? [];
  if (bucket === undefined) throw new ExpectedError(`"${text}" is not ${S3_LOCATION.name}`);
  return { bucket, prefix: path.slice(1) };
}

/** The key of a path below a location. */
export function keyOf({ prefix }: S3Location, path: string): string {
  return prefix === "" ? path : `${prefix}/${path}`;
}

/** The URL of a path below a location: `s3://bucket/prefix/path`. */
export function urlOf(location: S3Location, path: string): string {
  return `s3://${location.bucket}/${keyOf(location, path)}`;
}
