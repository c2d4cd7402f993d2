import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "../../cli/log.ts";
import { startS3Server } from "../../s3_server/server.ts";
import { Bucket } from "../bucket.ts";
import { parseS3Location } from "../location.ts";

/** An S3-compatible store of a test file's own. */
export interface TestStore {
  endpoint: string;
  bucketName: string;
  /** What the scripts need in their environment to reach it, credentials included. */
  env: Record<string, string>;
  /** A place of this store, closed with it. */
  bucket(prefix: string): Bucket;
  close(): Promise<void>;
}

const BUCKET = "music";

/** Starts the server, and sets this process's credentials for it: the AWS packages read those of the process only. */
export async function startTestStore(): Promise<TestStore> {
  const directory = await mkdtemp(join(tmpdir(), "discogs-data-lake-s3-"));
  const server = await startS3Server(directory, BUCKET, { env: process.env, log: createLogger() });
  const env = {
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test-secret",
    AWS_REGION: "us-east-1",
    AWS_ENDPOINT_URL_S3: server.endpoint,
    DISCOGS_S3_PATH_STYLE: "true",
  };
  Object.assign(process.env, env);
  const opened: Bucket[] = [];
  return {
    endpoint: server.endpoint,
    bucketName: BUCKET,
    env,
    bucket(prefix) {
      const location = parseS3Location(`s3://${BUCKET}/${prefix}`);
      const bucket = new Bucket(location, {
        endpoint: server.endpoint,
        region: "us-east-1",
        "path-style": "true",
      });
      opened.push(bucket);
      return bucket;
    },
    async close() {
      for (const each of opened) each.close();
      await server.stop();
      await rm(directory, { recursive: true });
    },
  };
}
