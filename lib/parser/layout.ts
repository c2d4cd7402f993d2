import type { Entity, ExtractedDataset, Path, SourcedColumn } from "../datasets/declaration.ts";
import { type KnownElement, knownElements } from "../datasets/known_elements.ts";

/** That an attribute is known, and nobody wants it. */
export const NOT_KEPT = -1;

/**
 * Large elements of records. Where nothing of one is kept, what is in it is not looked at, but for its end: they are
 * most of a dump's bytes.
 */
const LARGE = new Set(["images", "tracklist", "videos", "companies", "notes"]);

/** What is known of an element, and what a parser keeps of it: everything that is not mentioned here is unknown. */
export interface ElementPlan {
  children: Map<string, ElementPlan>;
  /** Slots, or NOT_KEPT. */
  attributes: Map<string, number>;
  content: KnownElement["content"];
  repeats: boolean;
  /** Nothing of it is wanted, and it is too large to look into for nothing. */
  isUnread: boolean;
  /** Slot of the element's own text, if some column wants it. */
  textSlot: number | undefined;
  /** Slot of the element as an item, if it makes a row or a struct. */
  nodeSlot: number | undefined;
}

/** Which values of an entity's records are kept, and the slot number of each. Compiled from the declarations. */
export interface Layout {
  entity: Entity;
  record: ElementPlan;
  slots: number;
}

/** Where a value is looked up: anywhere in the record, inside the item that makes the row or struct, or just before it. */
export interface SlotRef {
  where: "record" | "item" | "before";
  slot: number;
}

/** Collects what these datasets keep of a record. All of them must be of one entity. */
export function compileLayout(entity: Entity, datasets: readonly ExtractedDataset[]): Layout {
  const layout: Layout = { entity, record: planOf(knownElements[entity]), slots: 0 };
  for (const dataset of datasets) {
    for (const rule of dataset.rows) {
      if (rule.each !== ".") nodeSlot(layout, rule.each);
      for (const source of rule.sources) addSource(layout, rule.each, source);
    }
  }
  for (const [name, plan] of layout.record.children) plan.isUnread = LARGE.has(name) && !isKept(plan);
  return layout;
}

function planOf({ attributes, children, content, repeats }: KnownElement): ElementPlan {
  return {
    children: new Map(Object.entries(children).map(([name, child]) => [name, planOf(child)])),
    attributes: new Map(attributes.map((name) => [name, NOT_KEPT])),
    content,
    repeats,
    isUnread: false,
    textSlot: undefined,
    nodeSlot: undefined,
  };
}

/** Whether something of an element or of what is in it is kept. */
function isKept({ children, attributes, textSlot, nodeSlot }: ElementPlan): boolean {
  return (
    textSlot !== undefined ||
    nodeSlot !== undefined ||
    [...attributes.values()].some((slot) => slot !== NOT_KEPT) ||
    [...children.values()].some(isKept)
  );
}

/** The slot of a path, as seen from the item at `each` (`.` = the record). Made if it is new. */
export function slotRef(layout: Layout, each: Path, path: Path): SlotRef {
  if (path.startsWith("/")) return { where: "record", slot: valueSlot(layout, path.slice(1)) };
  if (path.startsWith("^")) return { where: "before", slot: siblingSlot(layout, each, path.slice(1)) };
  if (each === ".") return { where: "record", slot: valueSlot(layout, path) };
  return { where: "item", slot: valueSlot(layout, path === "." ? each : `${each}/${path}`) };
}

/** The slot of what stands beside items. Their list is a node, so that what is in another list is not beside them. */
function siblingSlot(layout: Layout, each: Path, name: string): number {
  const list = each.split("/").slice(0, -1).join("/");
  if (list === "") throw new TypeError(`nothing can stand before ${each}, which is in no list`);
  nodeSlot(layout, list);
  return valueSlot(layout, `${list}/${name}`);
}

/** The slot of the items at a path. Made if it is new. */
export function nodeSlot(layout: Layout, path: Path): number {
  const plan = element(layout, path.split("/"));
  plan.nodeSlot ??= layout.slots++;
  return plan.nodeSlot;
}

function addSource(layout: Layout, each: Path, source: SourcedColumn["source"]): void {
  switch (source.kind) {
    case "text":
    case "id":
      for (const path of source.paths) slotRef(layout, each, path);
      break;
    case "flat":
      nodeSlot(layout, source.each);
      for (const path of source.pieces.flatMap((piece) => piece.paths)) slotRef(layout, source.each, path);
      break;
    case "refs":
      nodeSlot(layout, source.each);
      for (const field of source.fields) addSource(layout, source.each, field.source);
      break;
    default:
      slotRef(layout, each, source.path);
  }
}

function valueSlot(layout: Layout, path: Path): number {
  const steps = path.split("/");
  const last = steps.at(-1) ?? "";
  if (!last.startsWith("@")) {
    const plan = element(layout, path === "." ? [] : steps);
    if (plan.content !== "text") throw new TypeError(`${layout.entity}/${path} is not known to have text`);
    plan.textSlot ??= layout.slots++;
    return plan.textSlot;
  }
  const { attributes } = element(layout, steps.slice(0, -1));
  const known = attributes.get(last.slice(1));
  if (known === undefined) throw new TypeError(`${layout.entity}/${path} is not known to be in the dumps`);
  const slot = known === NOT_KEPT ? layout.slots++ : known;
  attributes.set(last.slice(1), slot);
  return slot;
}

function element(layout: Layout, steps: readonly string[]): ElementPlan {
  let plan = layout.record;
  for (const step of steps) {
    const child = plan.children.get(step);
    if (child === undefined) {
      throw new TypeError(`${layout.entity}/${steps.join("/")} is not known to be in the dumps`);
    }
    plan = child;
  }
  return plan;
}

/** What stands around a record: an element with the record element as its only child. */
export function planAround({ entity, record }: Layout): ElementPlan {
  const around = planOf({ attributes: [], children: {}, content: "elements", repeats: false });
  around.children.set(entity, { ...record, repeats: true });
  return around;
}
