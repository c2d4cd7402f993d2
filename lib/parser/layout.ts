import type { Entity, ExtractedDataset, Group, Path, RowRule, Source } from "../datasets/declaration.ts";
import { type KnownElement, knownElements } from "../datasets/known_elements.ts";
import { pathInRecord } from "../datasets/path_in_record.ts";
import { FIELD_BYTES, layoutOf, SEVERAL } from "./structs.ts";

/** A field that is not there: of a value that is not kept. */
export const NOT_KEPT = 0;

/** What is known of an attribute, and where it is kept. */
export interface AttributePlan {
  /** From the record element on, e.g. `release/@id`. */
  path: Path;
  /** The field of its value, or NOT_KEPT. */
  field: number;
}

/** What is known of an element, and what a parser keeps of it: everything that is not mentioned here is unknown. */
export interface ElementPlan {
  /** From the record element on, e.g. `release/title`. */
  path: Path;
  children: Map<string, ElementPlan>;
  attributes: Map<string, AttributePlan>;
  content: KnownElement["content"];
  repeats: boolean;
  /** The field of its own text, or NOT_KEPT. */
  field: number;
  /** What its items have, if each is an item: one that makes a row or a struct, or that others are counted in. */
  scope: Scope | undefined;
  /** The element that begins its items when it stands just before it. */
  leader: ElementPlan | undefined;
}

/** The record, or the items of one element: what stands in one of them and in no inner item is its fields. */
export interface Scope {
  /** From the record on; empty for the record itself. */
  path: Path;
  plan: ElementPlan;
  outer: Scope | undefined;
  /** The field of the outer one with the first and the last item. */
  list: number;
  group: GroupPlan | undefined;
  /** Bytes of an item with its fields. */
  bytes: number;
  /** Whether it gets no further fields. */
  isComplete: boolean;
}

/** Items of several elements that are counted together. */
export interface GroupPlan {
  paths: Group;
  /** The field of the record with the first and the last item. */
  field: number;
}

/** Which values of an entity's records are kept, and in which field of which item. Compiled from the declarations. */
export interface Layout {
  entity: Entity;
  record: Scope;
  scopes: Map<Path, Scope>;
}

/** Where something is, as seen from an item: `up` items further out (or in the record), then down lists of items. */
export interface PlaceRef {
  up: number | "record";
  down: readonly number[];
  /** The field of the value, or of the last list of items. */
  field: number;
}

/** Collects what these datasets keep of a record. All of them must be of one entity. */
export function compileLayout(entity: Entity, datasets: readonly ExtractedDataset[]): Layout {
  const plan = planOf(knownElements[entity], entity);
  plan.repeats = true;
  const record: Scope = {
    path: "",
    plan,
    outer: undefined,
    list: 0,
    group: undefined,
    bytes: layoutOf("Item").bytes,
    isComplete: false,
  };
  const layout: Layout = { entity, record, scopes: new Map([["", record]]) };
  const rules = datasets.flatMap((dataset) => dataset.rows.map((rule) => ({ dataset, rule })));
  const paths = new Set(rules.flatMap(({ rule }) => itemPaths(rule)));
  // Outer ones first.
  for (const path of [...paths].sort((a, b) => a.split("/").length - b.split("/").length))
    addScope(layout, path);
  for (const dataset of datasets)
    if (dataset.order === "document")
      groupOf(
        layout,
        dataset.rows.map(({ each }) => each),
      );
  for (const { dataset, rule } of rules) addRule(layout, dataset, rule);
  // What is looked up from now on must be there.
  for (const scope of layout.scopes.values()) scope.isComplete = true;
  return layout;
}

function planOf({ attributes, children, content, repeats }: KnownElement, path: Path): ElementPlan {
  return {
    path,
    children: new Map(
      Object.entries(children).map(([name, child]) => [name, planOf(child, `${path}/${name}`)]),
    ),
    attributes: new Map(attributes.map((name) => [name, { path: `${path}/@${name}`, field: NOT_KEPT }])),
    content,
    repeats,
    field: NOT_KEPT,
    scope: undefined,
    leader: undefined,
  };
}

/** The paths of all elements that are items because of a rule, from the record on. */
function itemPaths({ each, sources }: RowRule): Path[] {
  const own = each === "." ? [] : [each];
  const inner = sources.flatMap((source) => {
    if (source.kind === "flat" || source.kind === "refs") return [pathInRecord(each, source.each)];
    if (source.kind === "ordinal") return source.among ?? [];
    // What is looked for may be an item or have a value; only known lists of items are looked for as such.
    return [];
  });
  return [...own, ...inner];
}

function addScope(layout: Layout, path: Path): void {
  const plan = elementAt(layout, path);
  const outer = scopeAround(layout, parentOf(path));
  const scope: Scope = {
    path,
    plan,
    outer,
    list: newField(outer),
    group: undefined,
    bytes: layoutOf("Item").bytes,
    isComplete: false,
  };
  plan.scope = scope;
  layout.scopes.set(path, scope);
}

function addRule(layout: Layout, { directory, columns, missing }: ExtractedDataset, rule: RowRule): void {
  const own = rule.sources.map((source, index) => ({ source, column: columns[index]?.name }));
  for (const { source, column } of [...own, ...missing]) {
    if (source === undefined) continue;
    try {
      addSource(layout, rule.each, source);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      throw new TypeError(`${directory}.${column}: ${error.message}`, { cause: error });
    }
  }
  if (rule.alone !== undefined) leadingField(layout, rule.each, rule.alone);
}

function addSource(layout: Layout, each: Path, source: Source): void {
  switch (source.kind) {
    case "text":
    case "id":
    case "boolean":
      for (const path of source.paths) valueAt(layout, each, path);
      break;
    case "choice":
      for (const path of source.cases.flatMap(({ has }) => has)) somethingAt(layout, each, path);
      break;
    case "duration":
    case "date":
    case "roles":
    case "joined":
    case "list":
      valueAt(layout, each, source.path);
      break;
    case "flat":
      itemsAt(layout, each, source.each);
      for (const path of source.pieces.flatMap((piece) => piece.paths)) {
        valueAt(layout, pathInRecord(each, source.each), path);
      }
      break;
    case "refs":
      itemsAt(layout, each, source.each);
      for (const field of source.fields) addSource(layout, pathInRecord(each, source.each), field.source);
      break;
    case "ordinal":
      ordinalOf(layout, each, source);
      break;
    default:
  }
}

/** Where a value is, as seen from the items at `each` (`.` = the record). Its field is made if it is new. */
export function valueAt(layout: Layout, each: Path, path: Path): PlaceRef {
  if (path.startsWith("^")) return { up: 0, down: [], field: leadingField(layout, each, path.slice(1)) };
  const whole = pathInRecord(each, path);
  const isAttribute = whole.slice(whole.lastIndexOf("/") + 1).startsWith("@");
  const elementPath = isAttribute ? parentOf(whole) : whole;
  const plan = elementAt(layout, elementPath);
  const scope = scopeAround(layout, elementPath);
  const several = isRepeatedIn(layout, scope, elementPath) ? SEVERAL : 0;
  const field = isAttribute
    ? attributeField(layout, plan, whole, scope, several)
    : textField(layout, plan, whole, scope, several);
  return { ...wayTo(layout, each, path, scope), field };
}

function textField(layout: Layout, plan: ElementPlan, path: Path, scope: Scope, several: number): number {
  if (plan.content !== "text") throw new TypeError(`${layout.entity}/${path} is not known to have text`);
  if (plan.field === NOT_KEPT) plan.field = newField(scope) + several;
  return plan.field;
}

function attributeField(
  { entity }: Layout,
  plan: ElementPlan,
  path: Path,
  scope: Scope,
  several: number,
): number {
  const attribute = plan.attributes.get(path.slice(path.lastIndexOf("@") + 1));
  if (attribute === undefined) throw new TypeError(`${entity}/${path} is not known to be in the dumps`);
  if (attribute.field === NOT_KEPT) attribute.field = newField(scope) + several;
  return attribute.field;
}

/** Where the items of an element are, as seen from the items at `each`. */
export function itemsAt(layout: Layout, each: Path, path: Path): PlaceRef {
  const scope = layout.scopes.get(pathInRecord(each, path));
  if (scope?.outer === undefined)
    throw new TypeError(`${layout.entity}/${pathInRecord(each, path)} is no item`);
  return { ...wayTo(layout, each, path, scope.outer), field: scope.list };
}

/** Where items or a value are, as a choice asks for them. */
export function somethingAt(layout: Layout, each: Path, path: Path): PlaceRef & { isItems: boolean } {
  if (layout.scopes.has(pathInRecord(each, path))) return { ...itemsAt(layout, each, path), isItems: true };
  return { ...valueAt(layout, each, path), isItems: false };
}

/** The item whose place an ordinal is, and in which group, if in one. */
export function ordinalOf(
  layout: Layout,
  each: Path,
  { among, outer = false }: Extract<Source, { kind: "ordinal" }>,
): { up: number; group: GroupPlan | undefined } {
  if (each === ".") throw new TypeError("a record has no place among others");
  if (among === undefined) return { up: 0, group: undefined };
  const group = groupOf(layout, among);
  let up = outer ? 1 : 0;
  let scope = outer ? layout.scopes.get(each)?.outer : layout.scopes.get(each);
  while (scope?.outer !== undefined && scope.group !== group) {
    scope = scope.outer;
    up++;
  }
  if (scope?.group !== group) throw new TypeError(`${each} is in none of ${among.join(", ")}`);
  return { up, group };
}

/** The group of these elements; made if it is new. An element can be in one group only. */
export function groupOf(layout: Layout, paths: Group): GroupPlan {
  const scopes = paths.map((path) => {
    const scope = layout.scopes.get(path);
    if (scope === undefined) throw new TypeError(`${layout.entity}/${path} is no item`);
    return scope;
  });
  const known = scopes[0]?.group;
  if (known !== undefined && known.paths.join() === paths.join()) return known;
  const taken = scopes.find(({ group }) => group !== undefined);
  if (taken !== undefined) throw new TypeError(`${taken.path} is counted in another group already`);
  const group: GroupPlan = { paths, field: newField(layout.record) };
  // The second one counts the items.
  newField(layout.record);
  for (const scope of scopes) scope.group = group;
  return group;
}

/**
 * The field of the text of the sibling `name` that stands just before an item. Such a sibling begins the item, which
 * then goes on with the item's own element.
 */
function leadingField(layout: Layout, each: Path, name: string): number {
  const scope = layout.scopes.get(each);
  if (scope?.outer === undefined) throw new TypeError(`nothing can stand before ${each}, which is no item`);
  const leading = elementAt(layout, `${parentOf(each)}/${name}`);
  if (leading.scope !== undefined && leading.scope !== scope)
    throw new TypeError(`${each}/../${name} is an item itself`);
  if (leading.field !== NOT_KEPT && leading.scope === undefined) {
    throw new TypeError(`${leading.path} is kept by itself already`);
  }
  leading.scope = scope;
  if (leading.field === NOT_KEPT) leading.field = newField(scope);
  scope.plan.leader = leading;
  // Whether an item goes on with its own element is seen by its text.
  textField(layout, scope.plan, each, scope, 0);
  return leading.field;
}

/** How one gets from an item to the scope of something that is seen from it. */
function wayTo(layout: Layout, each: Path, path: Path, target: Scope): Pick<PlaceRef, "up" | "down"> {
  const start = each === "." ? layout.record : layout.scopes.get(each);
  if (start === undefined) throw new TypeError(`${layout.entity}/${each} is no item`);
  const isInRecord = path.startsWith("/") && start !== layout.record;
  const down: number[] = [];
  for (let scope = target; scope !== (isInRecord ? layout.record : start); ) {
    if (scope.outer === undefined) throw new TypeError(`${path} is not inside of ${each}`);
    down.unshift(scope.list);
    scope = scope.outer;
  }
  return { up: isInRecord ? "record" : 0, down };
}

function newField(scope: Scope): number {
  if (scope.isComplete) throw new TypeError("something is looked up that no rule keeps");
  const field = scope.bytes;
  scope.bytes += FIELD_BYTES;
  return field;
}

/** The innermost scope that an element is the item of, or stands in. */
function scopeAround(layout: Layout, path: Path): Scope {
  for (let at = path; at !== ""; at = parentOf(at)) {
    const scope = layout.scopes.get(at);
    if (scope !== undefined) return scope;
  }
  return layout.record;
}

/** Whether there may be several of an element in one item of the scope that it stands in. */
function isRepeatedIn(layout: Layout, scope: Scope, path: Path): boolean {
  for (let at = path; at !== scope.path; at = parentOf(at)) if (elementAt(layout, at).repeats) return true;
  return false;
}

function parentOf(path: Path): Path {
  return path.split("/").slice(0, -1).join("/");
}

function elementAt({ entity, record }: Layout, path: Path): ElementPlan {
  let { plan } = record;
  for (const step of path === "" ? [] : path.split("/")) {
    const child = plan.children.get(step);
    if (child === undefined) throw new TypeError(`${entity}/${path} is not known to be in the dumps`);
    plan = child;
  }
  return plan;
}

/** What stands around a record: an element with the record element as its only child. */
export function planAround({ entity, record }: Layout): ElementPlan {
  const around = planOf({ attributes: [], children: {}, content: "elements", repeats: false }, "");
  around.children.set(entity, record.plan);
  return around;
}
