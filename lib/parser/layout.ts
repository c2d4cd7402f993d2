import { checkDataset } from "../datasets/check_declaration.ts";
import type { Entity, ExtractedDataset, Group, Path, RowRule, Source } from "../datasets/declaration.ts";
import { type KnownElement, knownElements } from "../datasets/known_elements.ts";
import { pathInRecord } from "../datasets/path_in_record.ts";
import { FIELD_BYTES, layoutOf, SEVERAL } from "./structs.ts";

/** Field of a value that is not kept. */
export const NOT_KEPT = 0;

/** A known attribute, and where its value is kept. */
export interface AttributePlan {
  /** Starting at the record element, e.g. `release/@id`. */
  path: Path;
  /** Field of its value, or NOT_KEPT. */
  field: number;
}

/** A known element, and what a parser keeps of it. Everything not mentioned here is unknown. */
export interface ElementPlan {
  /** Starting at the record element, e.g. `release/title`. */
  path: Path;
  children: Map<string, ElementPlan>;
  attributes: Map<string, AttributePlan>;
  content: KnownElement["content"];
  repeats: boolean;
  /** Field of its own text, or NOT_KEPT. */
  field: number;
  /**
   * Contents of its items, if each occurrence is an item: one that makes a row or a struct, or contains items
   * to be counted.
   */
  scope: Scope | undefined;
  /** The element that begins its items when it immediately precedes it. */
  leader: ElementPlan | undefined;
}

/**
 * The record, or the items of one element. Everything inside one of them, but not inside an inner item, is
 * its fields.
 */
export interface Scope {
  /** Relative to the record; empty for the record itself. */
  path: Path;
  plan: ElementPlan;
  outer: Scope | undefined;
  /** Field in the outer scope that holds the first and last item. */
  list: number;
  group: GroupPlan | undefined;
  /** Size of an item with its fields, in bytes. */
  bytes: number;
  /** Whether no more fields can be added. */
  isComplete: boolean;
}

/** Items of several elements that share one counter. */
export interface GroupPlan {
  paths: Group;
  /** Field of the record that holds the first and last item. */
  field: number;
}

/**
 * Which values of an entity's records are kept, and in which field of which item. Compiled from the
 * declarations.
 */
export interface Layout {
  entity: Entity;
  record: Scope;
  scopes: Map<Path, Scope>;
}

/** Location relative to an item: `up` levels outward (or to the record), then down through lists of items. */
export interface PlaceRef {
  up: number | "record";
  down: readonly number[];
  /** Field of the value, or of the last list of items. */
  field: number;
}

/** Determines what these datasets, all of one entity, keep of a record. */
export function compileLayout(entity: Entity, datasets: readonly ExtractedDataset[]): Layout {
  for (const dataset of datasets) checkDataset(dataset);
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
  const paths = new Set(
    rules.flatMap(({ dataset, rule }) => named(dataset.directory, () => itemPaths(layout, rule))),
  );
  // Outer scopes first.
  for (const path of [...paths].sort((a, b) => a.split("/").length - b.split("/").length))
    addScope(layout, path);
  for (const dataset of datasets)
    if (dataset.order === "document")
      groupOf(
        layout,
        dataset.rows.map(({ each }) => each),
      );
  for (const { dataset, rule } of rules) addRule(layout, dataset, rule);
  // From now on, lookups must find existing fields.
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

/** Puts a name before the message of a TypeError that `work` throws. */
function named<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new TypeError(`${name}: ${error.message}`, { cause: error });
  }
}

/** Paths, relative to the record, of all elements that a rule makes items. */
function itemPaths(layout: Layout, { each, sources }: RowRule): Path[] {
  const own = each === "." ? [] : [each];
  const inner = sources.flatMap((source) => {
    if (source.kind === "flat" || source.kind === "refs") return [pathInRecord(each, source.each)];
    if (source.kind === "ordinal") return source.among ?? [];
    // A choice's path may lead to an item or a value; only lists that are items anyway are looked up as
    // items.
    return [];
  });
  const paths = [...own, ...inner];
  for (const path of paths) elementAt(layout, path);
  return paths;
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
    named(`${directory}.${column}`, () => addSource(layout, rule.each, source));
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

/**
 * Locates a value relative to the items at `each` (`.` means the record), creating its field if necessary.
 */
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

/** Locates the items of an element relative to the items at `each`. */
export function itemsAt(layout: Layout, each: Path, path: Path): PlaceRef {
  const scope = layout.scopes.get(pathInRecord(each, path));
  if (scope?.outer === undefined)
    throw new TypeError(`${layout.entity}/${pathInRecord(each, path)} is not an item`);
  return { ...wayTo(layout, each, path, scope.outer), field: scope.list };
}

/** Locates the items or the value that a choice tests for. */
export function somethingAt(layout: Layout, each: Path, path: Path): PlaceRef & { isItems: boolean } {
  if (layout.scopes.has(pathInRecord(each, path))) return { ...itemsAt(layout, each, path), isItems: true };
  return { ...valueAt(layout, each, path), isItems: false };
}

/** The item whose position an ordinal gives, and the group it is counted in, if any. */
export function ordinalOf(
  layout: Layout,
  each: Path,
  { among, outer = false }: Extract<Source, { kind: "ordinal" }>,
): { up: number; group: GroupPlan | undefined } {
  if (each === ".") throw new TypeError("a record has no position among siblings");
  if (among === undefined) return { up: 0, group: undefined };
  const group = groupOf(layout, among);
  let up = outer ? 1 : 0;
  let scope = outer ? layout.scopes.get(each)?.outer : layout.scopes.get(each);
  while (scope?.outer !== undefined && scope.group !== group) {
    scope = scope.outer;
    up++;
  }
  if (scope?.group !== group) throw new TypeError(`${each} is not in the group ${among.join(", ")}`);
  return { up, group };
}

/** Returns the group of these elements, creating it if necessary. An element can be in one group only. */
export function groupOf(layout: Layout, paths: Group): GroupPlan {
  const scopes = paths.map((path) => {
    const scope = layout.scopes.get(path);
    if (scope === undefined) throw new TypeError(`${layout.entity}/${path} is not an item`);
    return scope;
  });
  const known = scopes[0]?.group;
  if (known !== undefined && known.paths.join() === paths.join()) return known;
  const taken = scopes.find(({ group }) => group !== undefined);
  if (taken !== undefined) throw new TypeError(`${taken.path} is already counted in another group`);
  const group: GroupPlan = { paths, field: newField(layout.record) };
  // The second field counts the items.
  newField(layout.record);
  for (const scope of scopes) scope.group = group;
  return group;
}

/**
 * Field of the text of the sibling `name` immediately before an item. Such a sibling begins the item, which
 * continues with the item's own element.
 */
function leadingField(layout: Layout, each: Path, name: string): number {
  const scope = layout.scopes.get(each);
  if (scope?.outer === undefined) throw new TypeError(`${each} is not an item, so no sibling can lead it`);
  const leading = elementAt(layout, `${parentOf(each)}/${name}`);
  if (leading.scope !== undefined && leading.scope !== scope)
    throw new TypeError(`${each}/../${name} is itself an item`);
  if (leading.field !== NOT_KEPT && leading.scope === undefined) {
    throw new TypeError(`${leading.path} is already kept on its own`);
  }
  leading.scope = scope;
  if (leading.field === NOT_KEPT) leading.field = newField(scope);
  scope.plan.leader = leading;
  // An item has reached its own element once it has that element's text.
  textField(layout, scope.plan, each, scope, 0);
  return leading.field;
}

/** How to get from an item to the scope of a path relative to it. */
function wayTo(layout: Layout, each: Path, path: Path, target: Scope): Pick<PlaceRef, "up" | "down"> {
  const start = each === "." ? layout.record : layout.scopes.get(each);
  if (start === undefined) throw new TypeError(`${layout.entity}/${each} is not an item`);
  const isInRecord = path.startsWith("/") && start !== layout.record;
  const down: number[] = [];
  for (let scope = target; scope !== (isInRecord ? layout.record : start); ) {
    if (scope.outer === undefined) throw new TypeError(`${path} is not inside ${each}`);
    down.unshift(scope.list);
    scope = scope.outer;
  }
  return { up: isInRecord ? "record" : 0, down };
}

function newField(scope: Scope): number {
  if (scope.isComplete) throw new TypeError("no rule keeps the value that is looked up");
  const field = scope.bytes;
  scope.bytes += FIELD_BYTES;
  return field;
}

/** The innermost scope whose item an element is or is inside. */
function scopeAround(layout: Layout, path: Path): Scope {
  for (let at = path; at !== ""; at = parentOf(at)) {
    const scope = layout.scopes.get(at);
    if (scope !== undefined) return scope;
  }
  return layout.record;
}

/** Whether an element can occur several times in one item of its scope. */
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

/** Pseudo-element around a record, with the record element as its only child. */
export function planAround({ entity, record }: Layout): ElementPlan {
  const around = planOf({ attributes: [], children: {}, content: "elements", repeats: false }, "");
  around.children.set(entity, record.plan);
  return around;
}
