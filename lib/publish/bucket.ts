import { createHash } from "node:crypto";
import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { type Logger, silentLogger } from "../cli/log.ts";
import { Silence } from "../cli/silence.ts";
import { keyOf, type S3Location, urlOf } from "./location.ts";
import { explained, isConditionFailure, isConnectionLost, isMissing } from "./s3_errors.ts";
import type { S3Settings } from "./s3_options.ts";

/** The store's description of an object. */
export interface ObjectFacts {
  bytes: number;
  etag: string | undefined;
  /** SHA-256 in base64; of an object in several parts `<SHA-256 of their digests>-<number>`; undefined: not kept. */
  checksum: string | undefined;
}

const ATTEMPTS = 5;
const CONNECT_MS = 10_000;
const IDLE_MS = 120_000;

/** How a bucket reports that it waits for the store. */
export interface BucketOptions {
  log?: Logger;
  /** Milliseconds without an answer after which to report it (default 30000). */
  patienceMs?: number;
}

/** Objects below a location of an S3-compatible store. Paths are relative to it. A failure is an ExpectedError. */
export class Bucket {
  readonly location: S3Location;
  readonly #client: S3Client;
  readonly #endpoint: string;
  readonly #log: Logger;
  readonly #silence: Silence;

  constructor(
    location: S3Location,
    settings: S3Settings,
    { log = silentLogger, patienceMs }: BucketOptions = {},
  ) {
    this.location = location;
    this.#endpoint = settings.endpoint ?? "S3";
    this.#client = client(settings);
    this.#log = log;
    this.#silence = new Silence(log, patienceMs);
  }

  /** `s3://bucket/prefix/path`. */
  url(path: string): string {
    return urlOf(this.location, path);
  }

  /** Bucket and key, for any command. */
  target(path: string): { Bucket: string; Key: string } {
    return { Bucket: this.location.bucket, Key: keyOf(this.location, path) };
  }

  /** Sends a request to the store, and reads the body of its answer if there is one; `path` is for messages. */
  async send<T>(path: string, request: (client: S3Client) => Promise<T>): Promise<T> {
    const what = `${this.url(path)}: waiting for ${this.#endpoint}`;
    try {
      return await this.#silence.during(what, () => request(this.#client));
    } catch (error) {
      if (isConditionFailure(error) || isMissing(error)) throw error;
      throw explained(error, this.url(path), this.#endpoint);
    }
  }

  /** The objects whose paths begin with `path`, with their sizes. */
  async list(path: string): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    const { Bucket, Key } = this.target(path);
    const skipped = Key.length - path.length;
    let token: string | undefined;
    do {
      const command = new ListObjectsV2Command({ Bucket, Prefix: Key, ContinuationToken: token });
      const page = await this.send(path, (s3) => s3.send(command));
      for (const { Key: key = "", Size: size = 0 } of page.Contents ?? [])
        found.set(key.slice(skipped), size);
      token = page.NextContinuationToken;
    } while (token !== undefined);
    return found;
  }

  /** The store's description of an object; undefined if there is none. */
  async head(path: string): Promise<ObjectFacts | undefined> {
    const command = new HeadObjectCommand({ ...this.target(path), ChecksumMode: "ENABLED" });
    const found = await this.#unlessMissing(path, (s3) => s3.send(command));
    if (found === undefined) return undefined;
    return { bytes: found.ContentLength ?? 0, etag: found.ETag, checksum: found.ChecksumSHA256 };
  }

  /** Reads an object and returns its SHA-256 (hex). */
  async hash(path: string): Promise<string | undefined> {
    return this.#get(path, async ({ Body }) => {
      if (Body === undefined) return undefined;
      const hash = createHash("sha256");
      for await (const chunk of Body.transformToWebStream()) hash.update(chunk);
      return hash.digest("hex");
    });
  }

  /** The text of a small object; undefined if there is none. */
  async read(path: string): Promise<{ text: string; etag: string | undefined } | undefined> {
    return this.#get(path, async ({ Body, ETag: etag }) => {
      return Body === undefined ? undefined : { text: await Body.transformToString(), etag };
    });
  }

  /**
   * Writes an object in one request, the store comparing its SHA-256 (base64): a new one, or in place of the one with
   * this ETag. False when there is one already, or another one.
   */
  async put(path: string, body: Uint8Array, checksum: string, replaced?: string): Promise<boolean> {
    const condition = replaced === undefined ? { IfNoneMatch: "*" } : { IfMatch: replaced };
    const command = new PutObjectCommand({
      ...this.target(path),
      Body: body,
      ContentType: contentType(path),
      ChecksumSHA256: checksum,
      ...condition,
    });
    try {
      await this.send(path, (s3) => s3.send(command));
      return true;
    } catch (error) {
      if (isConditionFailure(error)) return false;
      throw error;
    }
  }

  close(): void {
    this.#client.destroy();
  }

  /** Gets an object, again if the connection is lost while it is read: the package repeats what fails until then. */
  async #get<T>(path: string, use: (answer: GetObjectCommandOutput) => Promise<T>): Promise<T | undefined> {
    return this.#unlessMissing(path, async (s3) => {
      for (let attempt = 1; ; attempt += 1) {
        const answer = await s3.send(new GetObjectCommand(this.target(path)));
        try {
          return await use(answer);
        } catch (error) {
          if (attempt === ATTEMPTS || !isConnectionLost(error)) throw error;
          this.#log.info(`${this.url(path)}: the connection is lost, and it is read again`);
        }
      }
    });
  }

  async #unlessMissing<T>(path: string, request: (client: S3Client) => Promise<T>): Promise<T | undefined> {
    try {
      return await this.send(path, request);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }
}

function client({ endpoint, region, "path-style": pathStyle }: S3Settings): S3Client {
  // On Node 20 the package warns on stderr that versions of 2027 will need a newer one; this one is pinned.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  const known = region ?? (endpoint === undefined ? undefined : "us-east-1");
  return new S3Client({
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(known === undefined ? {} : { region: known }),
    forcePathStyle: pathStyle === "true",
    maxAttempts: ATTEMPTS,
    // Other makers' stores refuse the checksums that the package would add by itself; those of data are given here.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: IDLE_MS },
  });
}

const TYPES: Readonly<Record<string, string>> = {
  json: "application/json",
  csv: "text/csv; charset=utf-8",
  html: "text/html; charset=utf-8",
  parquet: "application/vnd.apache.parquet",
};

/** The content type of an object. */
export function contentType(path: string): string {
  return TYPES[path.slice(path.lastIndexOf(".") + 1)] ?? "application/octet-stream";
}
