import { SaxesParser } from "saxes";
import { oneLine } from "../cli/errors.ts";
import type { ElementPlan, Layout } from "./layout.ts";
import { NONE, type RecordTape } from "./record_tape.ts";
import { trimText } from "./text.ts";

/** Elements may be nested this deep in a record; the dumps need 7. A bound, because saxes has none. */
const MAX_DEPTH = 64;

/** Reads records one by one onto a tape. */
export interface RecordParser {
  /**
   * Parses one whole top-level element, `bytes[start, end)`, and adds what the layout keeps of it to the tape.
   * @throws Error with the parser's message when the bytes are not one well-formed element in UTF-8; the parser
   * must not be used again after that.
   */
  parse(bytes: Uint8Array, start: number, end: number, tape: RecordTape): void;
}

/** An open element that the layout keeps something of. */
interface OpenElement {
  plan: ElementPlan;
  text: string;
  /** Entry of the item that the element's values belong to. */
  node: number;
}

/** A record parser on saxes, which is the authority on what the XML says. */
export function createSaxesParser(layout: Layout): RecordParser {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const saxes = new SaxesParser<{ fragment: true; position: false; xmlns: false }>({
    fragment: true,
    position: false,
    xmlns: false,
  });
  const handlers = new TapeWriter(layout);
  saxes.on("opentag", (tag) => handlers.open(tag.name, tag.attributes));
  saxes.on("text", (text) => handlers.text(text));
  saxes.on("cdata", (text) => handlers.text(text));
  saxes.on("closetag", () => handlers.close());
  saxes.on("doctype", () => {
    throw new Error("a document type declaration is not supported");
  });
  return {
    parse(bytes, start, end, tape) {
      handlers.begin(tape);
      saxes.write(decode(decoder, bytes.subarray(start, end)));
      if (handlers.isWhole) return;
      throw new Error(
        handlers.depth > 0 ? `unclosed tag: ${handlers.innermost}` : "unclosed reference in a tag",
      );
    },
  };
}

function decode(decoder: InstanceType<typeof TextDecoder>, bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    throw new Error(`not valid UTF-8 (${oneLine(error)})`, { cause: error });
  }
}

class TapeWriter {
  depth = 0;
  innermost = "";
  /** Whether the element has been closed. With a `&` and no `;` saxes reads on, beyond the end of what it is given. */
  isWhole = false;
  #tape: RecordTape | undefined;
  /** Elements below one that the layout does not keep are counted, not stacked. */
  #passedOver = 0;
  readonly #open: OpenElement[] = [];
  readonly #layout: Layout;

  constructor(layout: Layout) {
    this.#layout = layout;
  }

  begin(tape: RecordTape): void {
    this.#tape = tape;
    this.isWhole = false;
  }

  open(name: string, attributes: Record<string, string>): void {
    this.innermost = name;
    if (++this.depth > MAX_DEPTH) throw new Error(`elements are nested deeper than ${MAX_DEPTH}`);
    const parent = this.#open.at(-1);
    const plan = parent === undefined ? this.#layout.record : parent.plan.children.get(name);
    if (this.#passedOver > 0 || plan === undefined) this.#passedOver++;
    else this.#keep(plan, parent?.node ?? NONE, attributes);
  }

  text(text: string): void {
    const element = this.#open.at(-1);
    if (this.#passedOver === 0 && element !== undefined) element.text += text;
  }

  close(): void {
    this.depth--;
    this.isWhole = this.depth === 0;
    if (this.#passedOver > 0) {
      this.#passedOver--;
      return;
    }
    const element = this.#open.pop();
    if (element?.plan.textSlot === undefined) return;
    this.#tape?.value(element.plan.textSlot, element.node, trimText(element.text));
  }

  #keep(plan: ElementPlan, outer: number, attributes: Record<string, string>): void {
    const node = plan.nodeSlot === undefined ? outer : (this.#tape?.node(plan.nodeSlot) ?? NONE);
    this.#open.push({ plan, text: "", node });
    for (const [name, slot] of plan.attributes) {
      const value = attributes[name];
      if (value !== undefined) this.#tape?.value(slot, node, trimText(value));
    }
  }
}
