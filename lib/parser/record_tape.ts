import type { AttributePlan, ElementPlan } from "./layout.ts";

/**
 * The kept values of one record: what a parser writes and what rows are made of. What a place is nobody else needs to
 * know. Elements have to come in document order.
 */
export interface RecordTape {
  /** Forgets the record before; returns the place of the new one. */
  begin(): number;
  /** The item that an element is, when it is one; otherwise the one that it stands in. `before` is the sibling just before it. */
  item(plan: ElementPlan, outer: number, before: ElementPlan | undefined): number;
  /** Keeps the text of an element, when it is wanted. It is trimmed here. */
  text(plan: ElementPlan, item: number, text: string): void;
  /** The same for the value of an attribute. */
  attribute(plan: AttributePlan, item: number, value: string): void;
}
