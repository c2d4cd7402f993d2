import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { extended } from "../../cli/errors.ts";
import { namesIn, readJsonIfThere, writeJsonFile } from "../../files/files.ts";
import { ACTIVE_SCHEMA } from "../engine.ts";

const SCHEMA_FILE = /^[a-z][a-z0-9_]*\.json$/;

const scalarType = z.enum(["BIGINT", "VARCHAR", "BOOLEAN", "TIMESTAMP(3)"]);
const rowType = z.strictObject({ row: z.array(z.strictObject({ name: z.string(), type: scalarType })) });
const columnType = z.union([scalarType, z.strictObject({ array: z.union([z.literal("VARCHAR"), rowType]) })]);
const tableEntry = z.strictObject({
  kind: z.literal("table"),
  name: z.string(),
  location: z.string(),
  files: z.enum(["parquet", "all"]),
  columns: z.array(z.strictObject({ name: z.string(), type: columnType })).min(1),
});
const viewEntry = z.strictObject({ kind: z.literal("view"), name: z.string(), sql: z.string() });
const schemaEntry = z.strictObject({
  version: z.literal(1),
  schema: z.string(),
  objects: z.array(z.discriminatedUnion("kind", [tableEntry, viewEntry])),
});

/** A table in the catalog file. */
export type TableEntry = z.infer<typeof tableEntry>;
/** A view in the catalog file. */
export type ViewEntry = z.infer<typeof viewEntry>;
/** Tables and views of a schema in order of creation: views come after what they read. */
export type SchemaEntry = z.infer<typeof schemaEntry>;

/** Stores the definitions of schemas between sessions. */
export interface Catalog {
  schemas(): Promise<string[]>;
  read(schema: string): Promise<SchemaEntry | undefined>;
  write(entry: SchemaEntry): Promise<void>;
}

/** A catalog that can write several changes at once. */
export interface DraftCatalog extends Catalog {
  /** Runs steps and writes their changes together, one schema at a time, only if all steps succeed. Returns the steps' result. */
  inOneWrite<T>(steps: () => Promise<T>): Promise<T>;
}

/** A catalog whose changes can be collected and written together. */
export function withDrafts(catalog: Catalog): DraftCatalog {
  const drafts = new Map<string, SchemaEntry>();
  let isDrafting = false;
  return {
    async schemas() {
      return [...new Set([...(await catalog.schemas()), ...drafts.keys()])].sort();
    },
    read: async (schema) => drafts.get(schema) ?? catalog.read(schema),
    async write(entry) {
      if (isDrafting) drafts.set(entry.schema, entry);
      else await catalog.write(entry);
    },
    async inOneWrite(steps) {
      isDrafting = true;
      try {
        const result = await steps();
        for (const entry of drafts.values()) {
          if (!isDeepStrictEqual(entry, await catalog.read(entry.schema))) await catalog.write(entry);
        }
        return result;
      } finally {
        isDrafting = false;
        drafts.clear();
      }
    },
  };
}

/** A catalog that lives as long as the session; it has `initial` to begin with. */
export function memoryCatalog(initial: readonly SchemaEntry[] = []): Catalog {
  const entries = new Map(initial.map((entry) => [entry.schema, entry]));
  return {
    schemas: async () => [...entries.keys()].sort(),
    read: async (schema) => entries.get(schema),
    write: async (entry) => void entries.set(entry.schema, entry),
  };
}

/**
 * A catalog that has these schemas, too, and stores nothing of them: each session derives them again, and what is written to
 * them lasts as long as the session. So they are the same however often an earlier session was interrupted.
 */
export function withSchemas(catalog: Catalog, derived: readonly SchemaEntry[]): Catalog {
  const names = new Set(derived.map(({ schema }) => schema));
  const session = memoryCatalog(derived.filter(({ objects }) => objects.length > 0));
  return {
    async schemas() {
      const stored = (await catalog.schemas()).filter((schema) => !names.has(schema));
      return [...stored, ...(await session.schemas())].sort();
    },
    read: (schema) => (names.has(schema) ? session : catalog).read(schema),
    write: (entry) => (names.has(entry.schema) ? session : catalog).write(entry),
  };
}

/**
 * A catalog of text files, `<schema>.json` in `directory`. Files are replaced by rename, so readers get the old or the new one;
 * an invalid file is an ExpectedError that names it and the command that writes it again.
 */
export function fileCatalog(directory: string): Catalog {
  const pathOf = (schema: string) => join(directory, `${schema}.json`);
  return {
    async schemas() {
      const files = (await namesIn(directory)).filter((name) => SCHEMA_FILE.test(name));
      return files.map((name) => name.slice(0, -".json".length));
    },
    async read(schema) {
      try {
        return await readJsonIfThere(pathOf(schema), schemaEntry);
      } catch (error) {
        throw extended(error, `move it away, then run ${registering(schema)}`);
      }
    },
    write: (entry) => writeJsonFile(pathOf(entry.schema), entry),
  };
}

const registering = (schema: string) =>
  schema === ACTIVE_SCHEMA ? "bin/lake register_active" : "bin/lake register_run_schema --missing";
