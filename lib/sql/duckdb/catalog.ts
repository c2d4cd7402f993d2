import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { namesIn, readJsonIfThere, writeJsonFile } from "../../files/files.ts";

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

/** A catalog that lives as long as the session, for work on one run. */
export function memoryCatalog(): Catalog {
  const entries = new Map<string, SchemaEntry>();
  return {
    schemas: async () => [...entries.keys()].sort(),
    read: async (schema) => entries.get(schema),
    write: async (entry) => void entries.set(entry.schema, entry),
  };
}

/** A catalog that also has these schemas: what it has no definition of by itself is as it is here. */
export function withSchemas(catalog: Catalog, entries: readonly SchemaEntry[]): Catalog {
  const known = entries.filter(({ objects }) => objects.length > 0);
  return {
    async schemas() {
      return [...new Set([...(await catalog.schemas()), ...known.map(({ schema }) => schema)])].sort();
    },
    async read(schema) {
      const written = await catalog.read(schema);
      const more = known.find((entry) => entry.schema === schema);
      if (written === undefined || more === undefined) return written ?? more;
      const names = new Set(written.objects.map(({ name }) => name));
      return {
        ...written,
        objects: [...written.objects, ...more.objects.filter(({ name }) => !names.has(name))],
      };
    },
    write: catalog.write,
  };
}

/**
 * A catalog of text files, `<schema>.json` in `directory`. Files are replaced by rename, so readers get the old or the new one;
 * an invalid file is an ExpectedError that names it.
 */
export function fileCatalog(directory: string): Catalog {
  const pathOf = (schema: string) => join(directory, `${schema}.json`);
  return {
    async schemas() {
      const files = (await namesIn(directory)).filter((name) => SCHEMA_FILE.test(name));
      return files.map((name) => name.slice(0, -".json".length));
    },
    read: (schema) => readJsonIfThere(pathOf(schema), schemaEntry),
    write: (entry) => writeJsonFile(pathOf(entry.schema), entry),
  };
}
