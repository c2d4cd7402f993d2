import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type SampleOptions, writeSampleDump } from "../../sample/write_sample_dump.ts";
import { type DumpServer, startDumpServer } from "./dump_server.ts";

/** A server with a small sample of a month in place of Discogs', which ends with the test. */
export async function publishMonth(t: TestContext, sample: SampleOptions): Promise<DumpServer> {
  await writeSampleDump(sample);
  const directory = join(sample.out, sample.month);
  const names = readdirSync(directory).filter((name) => name.startsWith("discogs_"));
  return startDumpServer(t, new Map(names.map((name) => [name, readFileSync(join(directory, name))])));
}
