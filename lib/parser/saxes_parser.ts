import { SaxesParser } from "saxes";
import { oneLine } from "../cli/errors.ts";
import { type ElementPlan, type Layout, NOT_KEPT } from "./layout.ts";
import { NONE, type RecordTape } from "./record_tape.ts";
import { trimText } from "./text.ts";
import type { UnknownPaths } from "./unknown_paths.ts";

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

/** An open element that is known. */
interface OpenElement {
  plan: ElementPlan;
  text: string;
  /** Entry of the item that the element's values belong to. */
  node: number;
  /** Children that may not stand there a second time. */
  seen: Set<ElementPlan>;
}

export interface SaxesParserOptions {
  /** Where it is counted what is not known. */
  unknown: UnknownPaths;
  /** Look also into large elements of which nothing is kept. */
  everywhere: boolean;
}

/** A record parser on saxes, which is the authority on what the XML says. */
export function createSaxesParser(layout: Layout, options: SaxesParserOptions): RecordParser {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const saxes = new SaxesParser<{ fragment: true; position: false; xmlns: false }>({
    fragment: true,
    position: false,
    xmlns: false,
  });
  const handlers = new TapeWriter(layout, options);
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
  /** Open elements that are not known; they stand in the innermost one that is. */
  #unknownNames: string[] = [];
  /** How many elements are open that stand in one that is not looked into. */
  #unread = 0;
  readonly #open: OpenElement[] = [];
  readonly #names: string[] = [];
  readonly #layout: Layout;
  readonly #options: SaxesParserOptions;

  constructor(layout: Layout, options: SaxesParserOptions) {
    this.#layout = layout;
    this.#options = options;
  }

  begin(tape: RecordTape): void {
    this.#tape = tape;
    this.isWhole = false;
  }

  open(name: string, attributes: Record<string, string>): void {
    this.innermost = name;
    if (++this.depth > MAX_DEPTH) throw new Error(`elements are nested deeper than ${MAX_DEPTH}`);
    const parent = this.#open.at(-1);
    if (this.#isPassedOver(parent)) {
      this.#unread++;
      return;
    }
    const plan = parent === undefined ? this.#layout.record : parent.plan.children.get(name);
    if (this.#unknownNames.length > 0 || plan === undefined) this.#countUnknown(name, attributes);
    else this.#keep(name, plan, parent, attributes);
  }

  text(text: string): void {
    const element = this.#open.at(-1);
    if (element === undefined || this.#unknownNames.length > 0 || this.#isPassedOver(element)) return;
    element.text += text;
  }

  close(): void {
    this.depth--;
    this.isWhole = this.depth === 0;
    if (this.#unread > 0) {
      this.#unread--;
      return;
    }
    if (this.#unknownNames.pop() !== undefined) return;
    const element = this.#open.pop();
    if (element !== undefined) this.#end(element);
    this.#names.pop();
  }

  #isPassedOver(element: OpenElement | undefined): boolean {
    return element?.plan.isUnread === true && !this.#options.everywhere;
  }

  #end({ plan, text, node }: OpenElement): void {
    const value = trimText(text);
    if (plan.textSlot !== undefined) this.#tape?.value(plan.textSlot, node, value);
    if (value === "" || plan.content === "text") return;
    this.#count(plan.content === "empty" ? "" : "/text()");
  }

  #keep(
    name: string,
    plan: ElementPlan,
    parent: OpenElement | undefined,
    attributes: Record<string, string>,
  ): void {
    this.#names.push(name);
    if (parent?.seen.has(plan) === true) this.#count("[2]");
    if (!plan.repeats) parent?.seen.add(plan);
    const outer = parent?.node ?? NONE;
    const node = plan.nodeSlot === undefined ? outer : (this.#tape?.node(plan.nodeSlot) ?? NONE);
    this.#open.push({ plan, text: "", node, seen: new Set() });
    for (const [attribute, value] of Object.entries(attributes)) {
      const slot = plan.attributes.get(attribute);
      if (slot === undefined) this.#count(`/@${attribute}`);
      else if (slot !== NOT_KEPT) this.#tape?.value(slot, node, trimText(value));
    }
  }

  #countUnknown(name: string, attributes: Record<string, string>): void {
    this.#unknownNames.push(name);
    this.#count("");
    for (const attribute of Object.keys(attributes)) this.#count(`/@${attribute}`);
  }

  #count(suffix: string): void {
    this.#options.unknown.add(`${[...this.#names, ...this.#unknownNames].join("/")}${suffix}`);
  }
}
