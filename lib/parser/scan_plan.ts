import { type AttributePlan, type ElementPlan, type Layout, planAround, type Scope } from "./layout.ts";
import type { RecordModule } from "./record_module.ts";

// Writes a layout to the module's memory.

const LONGEST_TAG = 32;

/** Marks a child that can occur any number of times. */
const REPEATS = 0;
/** Bits that identify an element's non-repeatable children, or its attributes. */
const BITS = 32;

/** Places of the known elements in the module's memory. */
export interface ScanPlan {
  /** Pseudo-element around a record, with the record element as its only child. */
  around: number;
  elements: ReadonlyMap<ElementPlan, number>;
  attributes: ReadonlyMap<AttributePlan, number>;
}

/** Writes a layout to the module's memory. */
export function putScanPlan(module: RecordModule, layout: Layout): ScanPlan {
  const writer = new PlanWriter(module);
  return { around: writer.put("\0", planAround(layout), REPEATS), ...writer };
}

class PlanWriter {
  readonly elements = new Map<ElementPlan, number>();
  readonly attributes = new Map<AttributePlan, number>();
  readonly #module: RecordModule;
  readonly #scopes = new Map<Scope, number>();

  constructor(module: RecordModule) {
    this.#module = module;
  }

  put(name: string, plan: ElementPlan, onceBit: number): number {
    const module = this.#module;
    const bits = onceBits(plan);
    const children = [...plan.children].map(([child, inner]) =>
      this.put(child, inner, bits.get(inner) ?? REPEATS),
    );
    if (plan.attributes.size > BITS)
      throw new TypeError(`${plan.path} has too many attributes for the scanner`);
    const attributes = [...plan.attributes].map(([attribute, inner], index) => {
      const place = module.putStruct("Attribute", {
        ...tagText(` ${attribute}="`),
        value: inner.field,
        bit: 1 << index,
      });
      this.attributes.set(inner, place);
      return place;
    });
    const place = module.putStruct("Element", {
      ...tagText(`<${name}`),
      endTag: module.putStruct("TagText", tagText(`</${name}>`)),
      text: plan.field,
      scope: this.#scopeOf(plan.scope),
      leader: this.#placeOfLeader(plan),
      isText: plan.content === "text" ? 1 : 0,
      onceBit,
      children: module.putList(children),
      attributes: module.putList(attributes),
    });
    this.elements.set(plan, place);
    return place;
  }

  /** The leading sibling is written before the element. */
  #placeOfLeader({ leader, path }: ElementPlan): number {
    if (leader === undefined) return 0;
    const place = this.elements.get(leader);
    if (place === undefined) throw new TypeError(`${leader.path} is not known before ${path}`);
    return place;
  }

  #scopeOf(scope: Scope | undefined): number {
    if (scope === undefined) return 0;
    const known = this.#scopes.get(scope);
    if (known !== undefined) return known;
    const place = this.#module.putStruct("Scope", {
      bytes: scope.bytes,
      list: scope.list,
      group: scope.group?.field ?? 0,
      number: Math.max(0, scope.group?.paths.indexOf(scope.path) ?? 0),
    });
    this.#scopes.set(scope, place);
    return place;
  }
}

/** One bit per child that must not be repeated. */
function onceBits(plan: ElementPlan): Map<ElementPlan, number> {
  const once = [...plan.children.values()].filter((child) => !child.repeats);
  if (once.length > BITS) throw new TypeError(`${plan.path} has too many children for the scanner`);
  return new Map(once.map((child, index) => [child, 1 << index]));
}

/** A piece of markup with masks of its bytes. */
function tagText(text: string) {
  const bytes = Buffer.from(text);
  if (bytes.length > LONGEST_TAG) throw new TypeError(`${text} is too long a name for the scanner`);
  const padded = Buffer.alloc(LONGEST_TAG);
  padded.set(bytes);
  const mask = Buffer.alloc(LONGEST_TAG).fill(0xff, 0, bytes.length);
  return {
    length: bytes.length,
    low: padded.subarray(0, 16),
    high: padded.subarray(16),
    lowMask: mask.subarray(0, 16),
    highMask: mask.subarray(16),
  };
}
