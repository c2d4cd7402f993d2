import { SaxesParser } from "saxes";
import { ExpectedError, oneLine } from "../cli/errors.ts";

/** A file in a listing. */
export interface ListedFile {
  name: string;
  url: string;
  /** Size in bytes, if the listing has it. */
  size?: number;
}

/** A page of a listing. */
export interface Listing {
  /** Dump and checksum files by name. */
  files: Map<string, ListedFile>;
  /** Key after which a truncated listing continues. */
  next?: string;
}

const FILE_NAME = /(?:^|\/)(discogs_\d{8}_(?:(?:artists|labels|masters|releases)\.xml\.gz|CHECKSUM\.txt))$/;

/**
 * URL of a year's listing. data.discogs.com and an S3 bucket accept the same query; they answer in HTML and
 * XML, respectively.
 */
export function listingUrl(baseUrl: string, year: string, after?: string): string {
  const marker = after === undefined ? "" : `&marker=${encodeURIComponent(after)}`;
  return `${baseUrl.replace(/[/?]+$/, "")}/?prefix=${encodeURIComponent(`data/${year}/`)}${marker}`;
}

/**
 * Parses a listing: the HTML of data.discogs.com, or S3's ListBucketResult.
 *
 * @param url source of the text, for resolving relative links
 * @throws ExpectedError if it is neither
 */
export function parseListing(text: string, url: string): Listing {
  if (/<ListBucketResult[\s>]/.test(text)) return bucketListing(text, url);
  if (/<html|<!doctype html|<a\s/i.test(text)) return { files: htmlFiles(text, url) };
  throw new ExpectedError(`${url} is not a listing of dumps: neither HTML nor a ListBucketResult`);
}

function htmlFiles(text: string, url: string): Map<string, ListedFile> {
  const files = new Map<string, ListedFile>();
  for (const [, quoted = "", other = ""] of text.matchAll(/\bhref\s*=\s*(?:"([^"]*)"|'([^']*)')/gi)) {
    const href = (quoted || other).replaceAll("&amp;", "&");
    if (!URL.canParse(href, url)) continue;
    const target = new URL(href, url);
    const key = target.searchParams.get("download") ?? target.pathname;
    const name = FILE_NAME.exec(key)?.[1];
    if (name !== undefined) files.set(name, { name, url: target.href });
  }
  return files;
}

interface BucketEntry {
  Key?: string;
  Size?: string;
}

function bucketListing(text: string, url: string): Listing {
  const { entries, truncated } = readBucket(text, url);
  const files = new Map<string, ListedFile>();
  for (const { Key: key = "", Size: size = "" } of entries) {
    const name = FILE_NAME.exec(key)?.[1];
    if (name === undefined) continue;
    const path = key.split("/").map(encodeURIComponent).join("/");
    const target = new URL(path, new URL("./", url.replace(/\?.*$/, ""))).href;
    files.set(name, { name, url: target, ...(/^\d+$/.test(size) ? { size: Number(size) } : {}) });
  }
  const last = entries.at(-1)?.Key;
  return truncated && last !== undefined ? { files, next: last } : { files };
}

function readBucket(text: string, url: string): { entries: BucketEntry[]; truncated: boolean } {
  const entries: BucketEntry[] = [];
  let truncated = false;
  let content = "";
  const parser = new SaxesParser();
  parser.on("error", (error) => {
    throw new ExpectedError(`${url} is not a listing of dumps: ${oneLine(error)}`, { cause: error });
  });
  parser.on("opentag", ({ name }) => {
    content = "";
    if (name === "Contents") entries.push({});
  });
  parser.on("text", (characters) => {
    content += characters;
  });
  parser.on("closetag", ({ name }) => {
    const entry = entries.at(-1);
    if (name === "IsTruncated") truncated = content.trim() === "true";
    if (entry !== undefined && (name === "Key" || name === "Size")) entry[name] = content.trim();
  });
  parser.write(text).close();
  return { entries, truncated };
}
