import type { Pagination } from "./page.ts";

/** What is missing from or repeated in the pages of a collection. */
export type Incompleteness =
  | "missing_pages"
  | "repeated_pages"
  | "missing_items"
  | "surplus_items"
  | "repeated_instance_ids";

/** A way in which a collection is incomplete. */
export interface CollectionProblem {
  reason: Incompleteness;
  /** Number of pages, items or rows. */
  count: number;
  /** Description with the files. */
  message: string;
}

/** Maximum number of files in a message. */
const NAMED = 3;

/** Records what the pages of a collection declare, and whether it holds. Keeps a number per item. */
export class Completeness {
  /** The files by page number. */
  readonly #pages = new Map<bigint, string[]>();
  /** The declared numbers of pages and items, and the file that declares them. */
  #declaredPages: Declared | undefined;
  #declaredItems: Declared | undefined;
  /** Items in pages that declare the total. */
  #items = 0n;
  /** The file in which an instance_id first occurred. */
  readonly #instances = new Map<bigint, string>();
  readonly #repeated: string[] = [];

  addPage(file: string, { page, pages, items }: Pagination, itemsHere: number): void {
    if (page !== undefined) this.#pages.set(page, [...(this.#pages.get(page) ?? []), file]);
    this.#declaredPages = greater(this.#declaredPages, pages, file);
    this.#declaredItems = greater(this.#declaredItems, items, file);
    if (items !== undefined) this.#items += BigInt(itemsHere);
  }

  addInstance(file: string, instanceId: bigint): void {
    const first = this.#instances.get(instanceId);
    if (first === undefined) this.#instances.set(instanceId, file);
    else this.#repeated.push(`${instanceId} in ${first === file ? file : `${first} and ${file}`}`);
  }

  /** Differences from what the pages declare, causes before consequences. */
  problems(): CollectionProblem[] {
    return [
      this.#repeatedPages(),
      this.#missingPages(),
      this.#repeatedInstances(),
      this.#missingItems(),
    ].filter((problem) => problem !== undefined);
  }

  #repeatedPages(): CollectionProblem | undefined {
    const repeated = [...this.#pages].filter(([, files]) => files.length > 1);
    const texts = repeated.map(([page, files]) => `page ${page} is in ${files.join(" and ")}`);
    const count = repeated.reduce((sum, [, files]) => sum + files.length - 1, 0);
    return problem("repeated_pages", count, `duplicate pages: ${some(texts)}`);
  }

  #missingPages(): CollectionProblem | undefined {
    const declared = this.#declaredPages;
    if (declared === undefined) return undefined;
    const present = [...this.#pages.keys()].filter((page) => page >= 1n && page <= declared.number).length;
    const missing: string[] = [];
    for (let page = 1n; page <= declared.number && missing.length <= NAMED; page += 1n) {
      if (!this.#pages.has(page)) missing.push(String(page));
    }
    const message = `missing pages of ${declared.number} declared by ${declared.file}: ${some(missing)}`;
    return problem("missing_pages", Number(declared.number) - present, message);
  }

  #repeatedInstances(): CollectionProblem | undefined {
    return problem(
      "repeated_instance_ids",
      this.#repeated.length,
      `duplicate instance_ids: ${some(this.#repeated)}`,
    );
  }

  #missingItems(): CollectionProblem | undefined {
    const declared = this.#declaredItems;
    if (declared === undefined) return undefined;
    const found = this.#items - BigInt(this.#repeated.length);
    const missing = declared.number - found;
    const message = `the pages have ${found} items, but ${declared.file} declares ${declared.number}`;
    return missing >= 0n
      ? problem("missing_items", Number(missing), message)
      : problem("surplus_items", Number(-missing), message);
  }
}

interface Declared {
  number: bigint;
  file: string;
}

/** Pages saved before and after the collection grew differ: the greater number counts. */
function greater(
  known: Declared | undefined,
  number: bigint | undefined,
  file: string,
): Declared | undefined {
  if (number === undefined || (known !== undefined && known.number >= number)) return known;
  return { number, file };
}

function problem(reason: Incompleteness, count: number, message: string): CollectionProblem | undefined {
  return count === 0 ? undefined : { reason, count, message };
}

function some(texts: readonly string[]): string {
  return texts.length > NAMED ? `${texts.slice(0, NAMED).join(", ")}, ...` : texts.join(", ");
}
