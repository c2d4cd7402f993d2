import type { XmlElement } from "./dump_records.ts";
import { normalValue } from "./round_trip/entry.ts";
import type { Leaf, Reading, RecordShape, RowsShape } from "./round_trip/shape.ts";
import { addRow, count, type Tally } from "./tally.ts";
import { readNumber, trim } from "./xml_values.ts";

/** An element that has a row and, for a member in dumps until 2024, the `<id>` before it. */
interface Item {
  element: XmlElement;
  idBefore: XmlElement | undefined;
}

/**
 * Counts the elements of a record that have their own row, by the paths of the shape, and the values that are not a number or
 * boolean and are not kept otherwise. `lacks`: why the record is in no dataset, by reason.
 */
export function addDetails(
  shape: RecordShape,
  record: XmlElement,
  lacks: Readonly<Record<string, boolean>>,
  datasets: Readonly<Record<string, Tally>>,
): void {
  const isLeftOut = Object.values(lacks).some((isLacking) => isLacking);
  const addList = (outer: XmlElement, list: RowsShape): void => {
    const tally = datasets[list.dataset] as Tally;
    for (const item of itemsAt(outer, list)) {
      addRow(tally, lacks);
      if (!isLeftOut) addUnreadable(tally, list.leaves, item);
      for (const inner of list.lists) if (inner.kind === "rows") addList(item.element, inner);
    }
  };
  for (const list of shape.lists) if (list.kind === "rows") addList(record, list);
  if (isLeftOut) return;
  const tally = datasets[shape.dataset] as Tally;
  addUnreadable(tally, shape.leaves, { element: record, idBefore: undefined });
  for (const list of shape.lists) if (list.kind === "structs") addUnreadableItems(tally, list, record);
}

/** Counts the values of list items that are not what their leaves are read as. */
export function addUnreadableItems(
  tally: Tally,
  list: { path: string; leaves: readonly Leaf[] },
  record: XmlElement,
): void {
  for (const item of itemsAt(record, { ...list, idBefore: false })) addUnreadable(tally, list.leaves, item);
}

/** The elements at a path below another one. */
export function itemsAt(outer: XmlElement, { path, idBefore }: Pick<RowsShape, "path" | "idBefore">): Item[] {
  const names = path.split("/");
  const item = names.pop() ?? "";
  const containers = names.reduce(
    (elements, name) => elements.flatMap(({ children }) => children.filter((child) => child.name === name)),
    [outer],
  );
  return containers.flatMap(({ children }) =>
    children.flatMap((element, index): Item[] => {
      const before = children[index - 1];
      const isBefore = idBefore && before?.name === "id";
      if (element.name === item) return [{ element, idBefore: isBefore ? before : undefined }];
      if (!idBefore || element.name !== "id" || children[index + 1]?.name === item) return [];
      // An element without a name, with only the id.
      return [{ element: { name: item, attributes: {}, children: [], text: "" }, idBefore: element }];
    }),
  );
}

/** Counts the values of an element that are not what its leaves are read as. */
export function addUnreadable(tally: Tally, leaves: readonly Leaf[], { element, idBefore }: Item): void {
  for (const { paths, reading, column } of leaves) {
    if (reading === "text") continue;
    const texts = paths.map((path) => textAt(element, path));
    if (paths.includes("@id") && idBefore !== undefined) texts.push(idBefore.text);
    const written = texts.map(trim).filter((text) => text !== "");
    if (written.length > 0 && !hasValue(reading, written) && !isReadable(reading, written[0] ?? ""))
      count(tally, `unreadable_${column}`);
  }
}

/** Whether one of the texts yields the value: the first text for a boolean, the first number for an id. */
function hasValue(reading: Reading, written: readonly string[]): boolean {
  if (reading === "boolean") return isReadable(reading, written[0] ?? "");
  return written.some((text) => normalValue(reading, readNumber(text) ?? "") !== undefined);
}

function isReadable(reading: Reading, text: string): boolean {
  return reading === "boolean" ? /^(true|false)$/.test(text) : readNumber(text) !== undefined;
}

/** The text of an attribute, or of the first child of a name: only that one is read. */
function textAt(element: XmlElement, path: string): string {
  const [name = "", ...rest] = path.split("/");
  if (name.startsWith("@")) return element.attributes[name.slice(1)] ?? "";
  const child = element.children.find((each) => each.name === name);
  if (child === undefined) return "";
  return rest.length === 0 ? child.text : textAt(child, rest.join("/"));
}
