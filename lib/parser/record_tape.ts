import type { AttributePlan, ElementPlan } from "./layout.ts";

/**
 * The kept values of one record: written by a parser, read to make rows. Places are opaque to callers.
 * Elements must arrive in document order.
 */
export interface RecordTape {
  /** Discards the previous record; returns the place of the new one. */
  begin(): number;
  /**
   * Returns the item that an element is, or else the one that contains it. `before` is the immediately
   * preceding sibling.
   */
  item(plan: ElementPlan, outer: number, before: ElementPlan | undefined): number;
  /** Trims and keeps the text of an element, if it is needed. */
  text(plan: ElementPlan, item: number, text: string): void;
  /** Like `text`, for the value of an attribute. */
  attribute(plan: AttributePlan, item: number, value: string): void;
}
