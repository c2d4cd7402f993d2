import type { Leaf, ListShape, RecordShape } from "./shape.ts";

/** An element of a record's shape, looked up by the names in the dump. */
export interface KnownElement {
  attributes: Map<string, Leaf>;
  children: Map<string, KnownElement>;
  /** Values that may occur at several places of the element. */
  alternatives: Leaf[];
  /** The text of a child of which only one is read. */
  field?: Leaf | undefined;
  /** The text of an item. */
  own?: Leaf;
  /** The element is in a list: each has a row, or is kept only if non-empty. */
  item?: "row" | "filled" | "text";
  /** Name of the items that are preceded by their ids. */
  idBefore?: string;
}

const create = (): KnownElement => ({ attributes: new Map(), children: new Map(), alternatives: [] });

/** The record of a shape. */
export function knownRecord({ id, leaves, lists }: RecordShape): KnownElement {
  const record = create();
  addLeaves(record, [id, ...leaves]);
  for (const list of lists) addList(record, list);
  return record;
}

function addLeaves(element: KnownElement, leaves: readonly Leaf[]): void {
  for (const leaf of leaves) {
    for (const path of leaf.paths) addLeaf(element, path, leaf);
    if (leaf.paths.length > 1) element.alternatives.push(leaf);
  }
}

function addLeaf(element: KnownElement, path: string, leaf: Leaf): void {
  if (path === ".") {
    element.own = leaf;
    return;
  }
  const [, outer = "", attribute] = /^(?:(.*?)\/?)@(.*)$/.exec(path) ?? [];
  if (attribute !== undefined) childAt(element, outer).attributes.set(attribute, leaf);
  else childAt(element, path).field = leaf;
}

function addList(element: KnownElement, list: ListShape): void {
  const item = childAt(element, list.path);
  if (list.kind === "texts") {
    item.item = "text";
    item.own = { paths: ["."], reading: "text", column: list.column };
    return;
  }
  item.item = list.kind === "structs" ? "filled" : "row";
  addLeaves(item, list.leaves);
  if (list.kind === "structs") return;
  for (const inner of list.lists) addList(item, inner);
  const [container = "", name] = list.path.split("/");
  if (list.idBefore && name !== undefined) childAt(element, container).idBefore = name;
}

/** The element at a path, created if missing; "" is the element itself. */
function childAt(element: KnownElement, path: string): KnownElement {
  return path.split("/").reduce((outer, name) => {
    if (name === "") return outer;
    const child = outer.children.get(name) ?? create();
    outer.children.set(name, child);
    return child;
  }, element);
}
