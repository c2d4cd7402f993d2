import { SaxesParser } from "saxes";
import { oneLine } from "../cli/errors.ts";
import type { ElementPlan, Layout } from "./layout.ts";
import type { RecordTape } from "./record_tape.ts";
import { trimText } from "./text.ts";
import type { UnknownPaths } from "./unknown_paths.ts";

/** Maximum nesting depth in a record; the dumps need 7. saxes itself has no limit. */
const MAX_DEPTH = 64;

/** Reads records one by one onto a tape. */
export interface RecordParser {
  /**
   * Parses one whole top-level element, `bytes[start, end)`, and adds what the layout keeps of it to the
   * tape.
   *
   * @throws Error with the parser's message if the bytes are not one well-formed element in UTF-8; the parser
   * must not be used again after that
   */
  parse(bytes: Uint8Array, start: number, end: number, tape: RecordTape): void;
}

/** A known open element. */
interface OpenElement {
  plan: ElementPlan;
  text: string;
  /** The item that the element's values belong to. */
  item: number;
  /** Children that must not occur a second time. */
  seen: Set<ElementPlan>;
  /** The last child, if it is known. */
  last: ElementPlan | undefined;
}

/**
 * Creates a record parser based on saxes, which is the authority on what the XML means. It counts unknown
 * paths.
 */
export function createSaxesParser(layout: Layout, unknown: UnknownPaths): RecordParser {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const saxes = new SaxesParser<{ fragment: true; position: false; xmlns: false }>({
    fragment: true,
    position: false,
    xmlns: false,
  });
  const handlers = new TapeWriter(layout, unknown);
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
      const text = decode(decoder, bytes.subarray(start, end));
      saxes.write(text);
      if (handlers.isWhole) return;
      const reference = unclosedReference(text);
      throw new Error(
        reference === undefined ? `unclosed tag: ${handlers.innermost}` : `"${reference}" without ";"`,
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

/** The reference, at least its `&`, that saxes took to the end of the text because no `;` follows. */
function unclosedReference(text: string): string | undefined {
  return /&[\w#]*(?=[^;]*$)/.exec(text)?.[0];
}

class TapeWriter {
  depth = 0;
  innermost = "";
  /** Whether the element has been closed. After a `&` without a `;`, saxes does not see that. */
  isWhole = false;
  #tape: RecordTape | undefined;
  #record = 0;
  /** Unknown open elements, inside the innermost known one. */
  #unknownNames: string[] = [];
  readonly #open: OpenElement[] = [];
  readonly #names: string[] = [];
  readonly #layout: Layout;
  readonly #unknown: UnknownPaths;

  constructor(layout: Layout, unknown: UnknownPaths) {
    this.#layout = layout;
    this.#unknown = unknown;
  }

  begin(tape: RecordTape): void {
    this.#tape = tape;
    this.#record = tape.begin();
    this.isWhole = false;
  }

  open(name: string, attributes: Record<string, string>): void {
    this.innermost = name;
    if (++this.depth > MAX_DEPTH) throw new Error(`elements are nested deeper than ${MAX_DEPTH}`);
    const parent = this.#open.at(-1);
    const plan = parent === undefined ? this.#layout.record.plan : parent.plan.children.get(name);
    if (this.#unknownNames.length > 0 || plan === undefined) this.#countUnknown(name, attributes);
    else this.#keep(name, plan, parent, attributes);
  }

  text(text: string): void {
    const element = this.#open.at(-1);
    if (element === undefined || this.#unknownNames.length > 0) return;
    element.text += text;
  }

  close(): void {
    this.depth--;
    this.isWhole = this.depth === 0;
    if (this.#unknownNames.pop() !== undefined) return;
    const element = this.#open.pop();
    if (element !== undefined) this.#end(element);
    this.#names.pop();
  }

  #end({ plan, text, item }: OpenElement): void {
    this.#tape?.text(plan, item, text);
    if (plan.content === "text" || trimText(text) === "") return;
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
    const item = this.#tape?.item(plan, parent?.item ?? this.#record, parent?.last) ?? 0;
    if (parent !== undefined) parent.last = plan;
    this.#open.push({ plan, text: "", item, seen: new Set(), last: undefined });
    for (const [name, value] of Object.entries(attributes)) {
      const attribute = plan.attributes.get(name);
      if (attribute === undefined) this.#count(`/@${name}`);
      else this.#tape?.attribute(attribute, item, value);
    }
  }

  #countUnknown(name: string, attributes: Record<string, string>): void {
    const parent = this.#open.at(-1);
    if (parent !== undefined) parent.last = undefined;
    this.#unknownNames.push(name);
    this.#count("");
    for (const attribute of Object.keys(attributes)) this.#count(`/@${attribute}`);
  }

  #count(suffix: string): void {
    this.#unknown.add(`${[...this.#names, ...this.#unknownNames].join("/")}${suffix}`);
  }
}
