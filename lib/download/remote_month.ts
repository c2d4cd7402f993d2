import { ExpectedError } from "../cli/errors.ts";
import { checksumName, type DumpEntity, dumpEntities, dumpName } from "../dump/raw_month.ts";
import type { Http, HttpResponse } from "./http.ts";
import { type Bounds, boundedText } from "./limits.ts";
import { type ListedFile, listingUrl, parseListing } from "./listing.ts";
import { type RetryPolicy, withRetries } from "./retry.ts";

/** The HTTP client, retry policy and limits of requests. */
export interface Requester {
  http: Http;
  policy: RetryPolicy;
  bounds: Bounds;
}

/** The server lacks part of a month's dump, and may have it later. */
export class NotPublishedError extends ExpectedError {
  override readonly name = "NotPublishedError";
}

/** A month's dump on the server; complete, since its checksum file exists. */
export interface RemoteMonth {
  /** `YYYY-MM` */
  month: string;
  /** `YYYYMMDD`, as in the file names. */
  date: string;
  files: Record<DumpEntity, ListedFile>;
  checksums: ListedFile;
}

/**
 * Finds the newest complete dump of a month, or of any month of this year and the last.
 *
 * Throws ExpectedError naming what is missing if there is none.
 */
export async function findRemoteMonth(
  requester: Requester,
  baseUrl: string,
  month: string | undefined,
): Promise<RemoteMonth> {
  const thisYear = new Date(requester.policy.clock.now()).getUTCFullYear();
  const years = month === undefined ? [thisYear, thisYear - 1] : [Number(month.slice(0, 4))];
  for (const year of years) {
    const files = await listYear(requester, baseUrl, String(year));
    const found = newestComplete(files, month);
    if (found !== undefined) return found;
    if (month !== undefined) throw new NotPublishedError(describeIncomplete(files, month, baseUrl));
  }
  throw new ExpectedError(`${baseUrl} lists no complete dump of ${years.join(" or ")}; check --base-url`);
}

/** Requests a small text, with retries. */
export async function fetchText(
  requester: Requester,
  what: string,
  url: string,
): Promise<HttpResponse & { text: string }> {
  return withRetries(requester.policy, what, async () => {
    const response = await requester.http.get(url);
    return { ...response, text: await boundedText(response.body, requester.bounds, what) };
  });
}

async function listYear(
  requester: Requester,
  baseUrl: string,
  year: string,
): Promise<Map<string, ListedFile>> {
  const all = new Map<string, ListedFile>();
  const most = requester.bounds.limits.listingPages;
  let after: string | undefined;
  for (let page = 1; page <= most; page += 1) {
    const address = listingUrl(baseUrl, year, after);
    const { text, url } = await fetchText(requester, `listing of ${year}`, address);
    const { files, next } = parseListing(text, url);
    for (const [name, file] of files) all.set(name, file);
    if (next === undefined || next === after) return all;
    after = next;
  }
  throw new ExpectedError(
    `the listing of ${year} at ${baseUrl} has no end after ${most} pages; check --base-url`,
  );
}

const compact = (month: string | undefined): string => month?.replace("-", "") ?? "";

/** Dates in the listing, of one month or of all, newest first. */
function datesIn(files: ReadonlyMap<string, ListedFile>, month: string | undefined): string[] {
  const dates = [...files.keys()].map((name) => name.slice("discogs_".length, "discogs_YYYYMMDD".length));
  return [...new Set(dates)]
    .filter((date) => date.startsWith(compact(month)))
    .sort()
    .reverse();
}

function newestComplete(
  files: ReadonlyMap<string, ListedFile>,
  month: string | undefined,
): RemoteMonth | undefined {
  const date = datesIn(files, month).find((each) => missingOf(files, each).length === 0);
  if (date === undefined) return undefined;
  const file = (entity: DumpEntity) => files.get(dumpName(date, entity)) as ListedFile;
  return {
    month: `${date.slice(0, 4)}-${date.slice(4, 6)}`,
    date,
    files: {
      artists: file("artists"),
      labels: file("labels"),
      masters: file("masters"),
      releases: file("releases"),
    },
    checksums: files.get(checksumName(date)) as ListedFile,
  };
}

function missingOf(files: ReadonlyMap<string, ListedFile>, date: string): string[] {
  const wanted = [...dumpEntities.map((entity) => dumpName(date, entity)), checksumName(date)];
  return wanted.filter((name) => !files.has(name));
}

function describeIncomplete(files: ReadonlyMap<string, ListedFile>, month: string, baseUrl: string): string {
  const [date] = datesIn(files, month);
  if (date === undefined) return `${baseUrl} lists no dump of ${month}; it may come later`;
  const missing = missingOf(files, date).join(", ");
  return `the dump of ${month} is not complete at ${baseUrl} yet: ${missing} not there; run it again later`;
}
