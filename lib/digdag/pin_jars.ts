import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { ExpectedError } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { systemClock } from "../download/clock.ts";
import type { Http } from "../download/http.ts";
import { boundedChunks, boundedText, DEFAULT_LIMITS } from "../download/limits.ts";
import { mavenUrl } from "../download/maven_central.ts";
import { mavenHttp, type PinnedFile } from "../download/pinned_file.ts";
import { writeFileAtomic } from "../files/files.ts";
import { type ListedJar, parseJarList, renderJarList } from "./engine_jars.ts";

/**
 * Downloads every jar of a list from the Maven repository, compares it with the published SHA-1 and the recorded hash, and
 * writes the list with hash and size of each. Returns the paths that had no hash before.
 * @throws ExpectedError for a jar that differs from either; the list is unchanged then
 */
export async function pinJars(file: string, env: NodeJS.ProcessEnv, log: Logger): Promise<string[]> {
  const listed = parseJarList(await readFile(file, "utf8"), file);
  const http = mavenHttp(env, systemClock);
  const pinned: PinnedFile[] = [];
  try {
    for (const jar of listed) {
      log.progress(`${jar.path} (${pinned.length + 1} of ${listed.length})`);
      pinned.push(await pinJar(http, jar, mavenUrl(jar.path, env)));
    }
  } finally {
    await http.close();
  }
  await writeFileAtomic(file, renderJarList(pinned));
  return listed.flatMap((jar) => ("sha256" in jar ? [] : [jar.path]));
}

async function pinJar(http: Http, jar: ListedJar, url: string): Promise<PinnedFile> {
  const { bytes, sha1, sha256 } = await hashesOf(http, url);
  const published = await publishedSha1(http, `${url}.sha1`);
  if (sha1 !== published)
    throw new ExpectedError(`${url} has sha1 ${sha1}, but the published one is ${published}`);
  if ("sha256" in jar && jar.sha256 !== sha256) {
    throw new ExpectedError(`${url} has sha256 ${sha256}, but the recorded one is ${jar.sha256}`);
  }
  return { path: jar.path, bytes, sha256 };
}

const bounds = () => ({ limits: DEFAULT_LIMITS, clock: systemClock, began: systemClock.now() });

async function hashesOf(http: Http, url: string) {
  const [sha1, sha256] = [createHash("sha1"), createHash("sha256")];
  let bytes = 0;
  for await (const chunk of boundedChunks((await http.get(url)).body, bounds(), url)) {
    sha1.update(chunk);
    sha256.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha1: sha1.digest("hex"), sha256: sha256.digest("hex") };
}

async function publishedSha1(http: Http, url: string): Promise<string> {
  const text = await boundedText((await http.get(url)).body, bounds(), url);
  const [sha1 = ""] = /^[0-9a-f]{40}\b/.exec(text) ?? [];
  if (sha1 === "") throw new ExpectedError(`${url} is not a SHA-1`);
  return sha1;
}
