import type { Pagination } from "./page.ts";

/** What is missing from the pages of a collection, or there twice. */
export type Incompleteness =
  | "missing_pages"
  | "repeated_pages"
  | "missing_items"
  | "surplus_items"
  | "repeated_instance_ids";

/** A way in which a collection is incomplete. */
export interface CollectionProblem {
  reason: Incompleteness;
  /** How many pages, items or rows. */
  count: number;
  /** With the files. */
  message: string;
}

/** How many files a message names. */
const NAMED = 3;

/** Notes what the pages of a collection say of themselves, and whether that is met. Keeps a number for each item. */
export class Completeness {
  /** The files of each page's number. */
  readonly #pages = new Map<bigint, string[]>();
  /** How many pages, and how many items there are, and the file that says so. */
  #declaredPages: Declared | undefined;
  #declaredItems: Declared | undefined;
  /** Items in pages that declare how many there are in all. */
  #items = 0n;
  /** The file in which an instance_id was first. */
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

  /** What is not as the pages declare, the cause before what follows from it. */
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
    return problem("repeated_pages", count, `the same page twice: ${some(texts)}`);
  }

  #missingPages(): CollectionProblem | undefined {
    const declared = this.#declaredPages;
    if (declared === undefined) return undefined;
    const present = [...this.#pages.keys()].filter((page) => page >= 1n && page <= declared.number).length;
    const missing: string[] = [];
    for (let page = 1n; page <= declared.number && missing.length <= NAMED; page += 1n) {
      if (!this.#pages.has(page)) missing.push(String(page));
    }
    const message = `of ${declared.number} pages, as ${declared.file} has it, these are missing: ${some(missing)}`;
    return problem("missing_pages", Number(declared.number) - present, message);
  }

  #repeatedInstances(): CollectionProblem | undefined {
    return problem(
      "repeated_instance_ids",
      this.#repeated.length,
      `the same instance_id twice: ${some(this.#repeated)}`,
    );
  }

  #missingItems(): CollectionProblem | undefined {
    const declared = this.#declaredItems;
    if (declared === undefined) return undefined;
    const found = this.#items - BigInt(this.#repeated.length);
    const missing = declared.number - found;
    const message = `the pages have ${found} items, but ${declared.number} in all, as ${declared.file} has it`;
    return missing >= 0n
      ? problem("missing_items", Number(missing), message)
      : problem("surplus_items", Number(-missing), message);
  }
}

interface Declared {
  number: bigint;
  file: string;
}

/** Pages that were saved before and after the collection has grown differ: the greater number is to be met. */
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
