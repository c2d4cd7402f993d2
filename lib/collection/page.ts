import { ExpectedError, oneLine } from "../cli/errors.ts";
import { utf8Text } from "../files/utf8_text.ts";
import {
  isJsonArray,
  isJsonNumber,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseJson,
} from "../json/json_text.ts";

/** Members of a page that hold its items: `releases` in the API, `items` in older exports. */
const ITEM_KEYS = ["items", "releases"] as const;

/** What a page declares: its number, and the total numbers of pages and items. */
export interface Pagination {
  page?: bigint | undefined;
  pages?: bigint | undefined;
  items?: bigint | undefined;
}

/** The items of a page, and its pagination. */
export interface Page {
  items: JsonObject[];
  /** Empty for a page without declarations. */
  pagination: Pagination;
}

/**
 * Reads a page: `{"items": [...]}`, `{"releases": [...]}` or a bare array.
 * @throws ExpectedError with `label` and the place when the bytes are not such a page
 */
export function readPage(bytes: Uint8Array, label: string): Page {
  const page = parsed(bytes, label);
  const { items, key } = itemList(page, label);
  const objects = items.map((item, index) => {
    if (isJsonObject(item)) return item;
    throw new ExpectedError(`${label}: ${key}[${index}] is not an object, as items of a page must be`);
  });
  return { items: objects, pagination: paginationOf(page) };
}

function paginationOf(page: JsonValue): Pagination {
  const pagination = isJsonObject(page) ? page.get("pagination") : undefined;
  if (!isJsonObject(pagination)) return {};
  const number = (name: string) => wholeNumber(pagination.get(name));
  return { page: number("page"), pages: number("pages"), items: number("items") };
}

function wholeNumber(value: JsonValue | undefined): bigint | undefined {
  return isJsonNumber(value) && /^\d+$/.test(value.digits) ? BigInt(value.digits) : undefined;
}

function parsed(bytes: Uint8Array, label: string): JsonValue {
  const text = utf8Text(bytes, label);
  try {
    return parseJson(text);
  } catch (error) {
    throw new ExpectedError(`${label} is not JSON: ${oneLine(error)}`, { cause: error });
  }
}

function itemList(page: JsonValue, label: string): { items: readonly JsonValue[]; key: string } {
  if (isJsonArray(page)) return { items: page, key: "" };
  for (const key of ITEM_KEYS) {
    const items = isJsonObject(page) ? page.get(key) : undefined;
    if (isJsonArray(items)) return { items, key };
  }
  throw new ExpectedError(
    `${label}: not a page of a collection: it must be an array, or an object with an array "items" or "releases"`,
  );
}
