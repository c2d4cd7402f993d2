import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { allTables } from "../datasets/index.ts";
import type { TableDeclaration } from "../datasets/types.ts";
import { projectRoot } from "../files/project_root.ts";
import { CodeHashes } from "./code_hashes.ts";

/** The modules that make the datasets of each kind. */
const MAKERS: Readonly<Record<TableDeclaration["kind"], string>> = {
  canonical: "lib/extract/extract_dump.ts",
  detail: "lib/extract/extract_dump.ts",
  optional: "lib/collection/parse_collection.ts",
  warehouse: "lib/warehouse/build.ts",
};

/** The modules that test a dataset, and the directories of the SQL that they run. */
const CHECKER = "lib/checks/parquet_sanity.ts";
const CHECKED_WITH = ["checks", "recomputed", "views", "warehouse", "warehouse/macros"];

/** The part of a declaration that only documentation contains. Descriptions (`about`) are in every file. */
const ONLY_DOCUMENTED = "rule";

const packageFile = z.object({ version: z.string() });

/** Versions of the code of the project at `root`, by purpose. Each is computed once. */
export class CodeVersions {
  readonly #root: string;
  readonly #hashes: CodeHashes;

  constructor(root: string) {
    this.#root = root;
    this.#hashes = new CodeHashes(root);
  }

  /**
   * Hash of everything that a dataset's bytes depend on besides its sources and options: its declaration, the code and
   * packages that make such datasets, and its SQL. Changes elsewhere do not affect it.
   */
  ofDataset(dataset: TableDeclaration): string {
    const sql = dataset.kind === "warehouse" ? this.#statements(`warehouse/${dataset.table}`) : [];
    return hashOf([
      declarationText(dataset),
      this.#hashes.ofModule(MAKERS[dataset.kind]),
      ...[...sql].map((name) => `${name} ${this.#hashes.ofFile(name)}`),
    ]);
  }

  /** The package's version and a hash of everything that all datasets depend on. */
  ofData(): string {
    return `${this.#packageVersion()}+${hashOf(allTables.map((dataset) => this.ofDataset(dataset)))}`;
  }

  /** The package's version and a hash of everything that the outcome of a dataset's tests depends on. */
  ofChecks(): string {
    const names = CHECKED_WITH.flatMap((folder) =>
      readdirSync(join(this.#root, "sql", folder)).map((name) => `sql/${folder}/${name}`),
    );
    const sql = names.filter((name) => name.endsWith(".sql")).sort();
    return `${this.#packageVersion()}+${hashOf([
      this.#hashes.ofModule(CHECKER),
      ...sql.map((name) => `${name} ${this.#hashes.ofFile(name)}`),
    ])}`;
  }

  /** The file of a statement, plus the views that it reads and the macros that it calls. */
  #statements(name: string, found = new Set<string>()): Set<string> {
    const file = `sql/${name}.sql`;
    if (found.has(file)) return found;
    found.add(file);
    const text = readFileSync(join(this.#root, file), "utf8");
    for (const [, table] of text.matchAll(/\bhive\.discogs\.(\w+)/g)) {
      if (existsSync(join(this.#root, `sql/views/${table}.sql`))) this.#statements(`views/${table}`, found);
    }
    for (const [, macro] of text.matchAll(/\b(\w+)\(/g)) {
      const file = `warehouse/macros/${macro}`;
      if (existsSync(join(this.#root, `sql/${file}.sql`))) this.#statements(file, found);
    }
    return found;
  }

  #packageVersion(): string {
    return packageFile.parse(JSON.parse(readFileSync(join(this.#root, "package.json"), "utf8"))).version;
  }
}

const own = new CodeVersions(projectRoot);

/** Hash of everything that a dataset's bytes depend on, see {@link CodeVersions.ofDataset}. */
export const datasetCode = (dataset: TableDeclaration): string => own.ofDataset(dataset);

/** Version of the code that makes data: the same on every machine for code that makes the same from the same dumps. */
export const codeVersion = (): string => own.ofData();

/** Version of the code that tests data, including the declarations of the datasets and the SQL engine. */
export const checksVersion = (): string => own.ofChecks();

/** 12 hex digits. */
function hashOf(parts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}\n`).update(part);
  return hash.digest("hex").slice(0, 12);
}

/** A declaration without what only documentation contains. It must be pure data, or its text would not cover all of it. */
function declarationText(dataset: TableDeclaration): string {
  return JSON.stringify(dataset, (key, value: unknown) => {
    if (typeof value === "function") throw new TypeError(`${dataset.table}: ${key} is a function, not data`);
    return key === ONLY_DOCUMENTED ? undefined : value;
  });
}
