/** The parsed type of a result column. */
export type ValueType =
  | { kind: "scalar"; name: string }
  | { kind: "decimal"; precision: number; scale: number }
  | { kind: "list"; items: ValueType }
  | { kind: "row"; fields: readonly { name: string; type: ValueType }[] };

/** The spelling of a scalar type. The field name before it may be anything. */
const SCALAR = /^[A-Z][A-Z_]*(\(\d+\))?( WITH TIME ZONE)?$/;
const DECIMAL = /^DECIMAL\((\d+), (\d+)\)$/;

/**
 * Parses a type in the engine interface's spelling (`ARRAY(ROW(id BIGINT, name VARCHAR))`); anything else is a scalar of that
 * name.
 */
export function valueType(text: string): ValueType {
  const [, precision, scale] = DECIMAL.exec(text) ?? [];
  if (precision !== undefined) {
    return { kind: "decimal", precision: Number(precision), scale: Number(scale) };
  }
  const items = insideOf("ARRAY", text);
  if (items !== undefined) return { kind: "list", items: valueType(items) };
  const fields = insideOf("ROW", text);
  if (fields !== undefined) return { kind: "row", fields: splitFields(fields).map(fieldOf) };
  return { kind: "scalar", name: text };
}

function insideOf(word: string, text: string): string | undefined {
  return text.startsWith(`${word}(`) && text.endsWith(")") ? text.slice(word.length + 1, -1) : undefined;
}

/** Splits at commas outside parentheses. */
function splitFields(text: string): string[] {
  const fields: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "(") depth++;
    else if (text[at] === ")") depth--;
    else if (text[at] === "," && depth === 0) {
      fields.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...fields, text.slice(start).trim()];
}

/** `name TYPE`; Trino's rows may have unnamed fields, which the engine calls `field0` and so on. */
function fieldOf(text: string, index: number) {
  if (isType(text)) return { name: `field${index}`, type: valueType(text) };
  for (let at = text.indexOf(" "); at > 0; at = text.indexOf(" ", at + 1)) {
    const rest = text.slice(at + 1);
    if (isType(rest)) return { name: text.slice(0, at), type: valueType(rest) };
  }
  return { name: text, type: { kind: "scalar", name: text } as const };
}

function isType(text: string): boolean {
  return SCALAR.test(text) || /^[A-Z]+\(.*\)$/s.test(text);
}
