import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { type Bucket, contentType } from "./bucket.ts";
import { type FilePart, type RunFile, readParts, requireUnchanged } from "./file_digests.ts";
import { isConditionFailure, isUnknownUpload } from "./s3_errors.ts";
import type { Slots } from "./slots.ts";

/** The ids of unfinished uploads by object path, newest last. */
export type UnfinishedUploads = ReadonlyMap<string, readonly string[]>;

/** The parts of an unfinished upload in the store, by number. */
type SentParts = Map<number, { etag: string | undefined; checksum: string | undefined }>;

/** The unfinished uploads below `path`. */
export async function unfinishedUploads(bucket: Bucket, path: string): Promise<UnfinishedUploads> {
  const found: { path: string; id: string; begun: number }[] = [];
  const { Bucket: name, Key } = bucket.target(path);
  let markers = {};
  for (;;) {
    const command = new ListMultipartUploadsCommand({ Bucket: name, Prefix: Key, ...markers });
    const page = await bucket.send(path, (s3) => s3.send(command));
    for (const { Key: key = "", UploadId: id = "", Initiated: begun } of page.Uploads ?? []) {
      found.push({ path: key.slice(Key.length - path.length), id, begun: begun?.getTime() ?? 0 });
    }
    if (page.IsTruncated !== true) break;
    markers = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
  }
  found.sort((a, b) => a.begun - b.begun);
  const byPath = new Map<string, string[]>();
  for (const { path: of, id } of found) byPath.set(of, [...(byPath.get(of) ?? []), id]);
  return byPath;
}

/** Options of sending a file in parts. */
export interface SendParts {
  file: RunFile;
  /** Unfinished uploads of the same object: the newest is resumed, the others are aborted. */
  unfinished: readonly string[];
  slots: Slots;
  /** Called with the bytes of each part sent now or before. */
  done: (bytes: number) => void;
}

/** A sent file. */
export interface SentInParts {
  /** False if another object has taken its place meanwhile. */
  isWritten: boolean;
  /** What S3 keeps as the SHA-256 of the object. */
  composite: string;
}

/**
 * Sends a file in parts, several at once, each with its SHA-256, which the store verifies. Keeps parts sent by an earlier,
 * interrupted upload. Does not replace an object that has taken its place meanwhile.
 */
export async function sendInParts(
  bucket: Bucket,
  { file, unfinished, slots, done }: SendParts,
): Promise<SentInParts> {
  const { id, sent } = await beginUpload(bucket, file.path, unfinished);
  const target = { ...bucket.target(file.path), UploadId: id };
  const completed: CompletedPart[] = [];
  const underWay: Promise<void>[] = [];
  let failure: unknown;
  const send = async ({ number, body, checksum }: FilePart) => {
    const command = new UploadPartCommand({
      ...target,
      PartNumber: number,
      Body: body,
      ChecksumSHA256: checksum,
    });
    const { ETag } = await bucket.send(file.path, (s3) => s3.send(command));
    completed.push({ PartNumber: number, ETag, ChecksumSHA256: checksum });
    done(body.length);
  };
  const digests = await readParts(file, async (part) => {
    if (failure !== undefined) throw failure;
    const known = sent.get(part.number);
    if (known !== undefined && known.checksum === part.checksum) {
      completed.push({ PartNumber: part.number, ETag: known.etag, ChecksumSHA256: part.checksum });
      done(part.body.length);
      return;
    }
    await slots.take();
    underWay.push(
      send(part)
        .catch((error: unknown) => {
          failure ??= error;
        })
        .finally(() => slots.release()),
    );
  }).finally(() => Promise.all(underWay));
  if (failure !== undefined) throw failure;
  try {
    requireUnchanged(file, digests);
  } catch (error) {
    await abort(bucket, file.path, id);
    throw error;
  }
  completed.sort((a, b) => (a.PartNumber ?? 0) - (b.PartNumber ?? 0));
  const isWritten = await complete(bucket, file.path, id, completed);
  return { isWritten, composite: digests.composite };
}

async function beginUpload(
  bucket: Bucket,
  path: string,
  unfinished: readonly string[],
): Promise<{ id: string; sent: SentParts }> {
  const newest = unfinished.at(-1);
  for (const id of unfinished.slice(0, -1)) await abort(bucket, path, id);
  if (newest !== undefined) {
    const sent = await sentParts(bucket, path, newest);
    if ([...sent.values()].some(({ checksum }) => checksum !== undefined)) return { id: newest, sent };
    await abort(bucket, path, newest);
  }
  const command = new CreateMultipartUploadCommand({
    ...bucket.target(path),
    ContentType: contentType(path),
    ChecksumAlgorithm: "SHA256",
    ChecksumType: "COMPOSITE",
  });
  const { UploadId: id = "" } = await bucket.send(path, (s3) => s3.send(command));
  return { id, sent: new Map() };
}

async function sentParts(bucket: Bucket, path: string, id: string): Promise<SentParts> {
  const sent: SentParts = new Map();
  let marker: string | undefined;
  do {
    const command = new ListPartsCommand({ ...bucket.target(path), UploadId: id, PartNumberMarker: marker });
    const page = await bucket.send(path, (s3) => s3.send(command));
    for (const { PartNumber = 0, ETag, ChecksumSHA256 } of page.Parts ?? []) {
      sent.set(PartNumber, { etag: ETag, checksum: ChecksumSHA256 });
    }
    marker = page.IsTruncated === true ? page.NextPartNumberMarker : undefined;
  } while (marker !== undefined);
  return sent;
}

/** False if another object is in its place. */
async function complete(bucket: Bucket, path: string, id: string, parts: CompletedPart[]): Promise<boolean> {
  const command = new CompleteMultipartUploadCommand({
    ...bucket.target(path),
    UploadId: id,
    IfNoneMatch: "*",
    MultipartUpload: { Parts: parts },
  });
  try {
    await bucket.send(path, (s3) => s3.send(command));
    return true;
  } catch (error) {
    // It is already complete if the answer to an earlier attempt was lost: the caller compares the object.
    if (error instanceof Error && isUnknownUpload(error.cause)) return false;
    if (!isConditionFailure(error)) throw error;
    await abort(bucket, path, id);
    return false;
  }
}

async function abort(bucket: Bucket, path: string, id: string): Promise<void> {
  const command = new AbortMultipartUploadCommand({ ...bucket.target(path), UploadId: id });
  try {
    await bucket.send(path, (s3) => s3.send(command));
  } catch (error) {
    // Someone else has completed or aborted it.
    if (!(error instanceof Error && isUnknownUpload(error.cause))) throw error;
  }
}
