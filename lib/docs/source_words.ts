import type { JsonSource } from "../datasets/collection.ts";
import type { Path, Piece, Source, SourcedColumn } from "../datasets/declaration.ts";
import { code } from "./markdown.ts";

/**
 * Describes the place of a column's value in the dump.
 * @param record path of the top-level record, e.g. `artist`
 * @param item path of the item that makes the row: the record itself, or an element in it; empty if places are to be relative
 * to it
 */
export function sourceWords(source: Source, record: Path, item: Path): string {
  const at = (path: Path) => place(path, record, item);
  switch (source.kind) {
    case "text":
      return source.paths.map(at).join(", else ");
    case "id":
      return `number at ${source.paths.map(at).join(", else ")}${source.zeroIsNull ? " (0 is NULL)" : ""}`;
    case "boolean":
      return `true or false at ${source.paths.map(at).join(", else ")}`;
    case "constant":
      return code(source.value);
    case "flag":
      return source.value ? "true" : "false";
    case "nothing":
      return "NULL";
    case "ordinal":
      return ordinalWords(source, item);
    case "choice": {
      const cases = source.cases.map(
        ({ has, value }) => `${code(value)} where there is ${has.map(at).join(" or ")}`,
      );
      return `${cases.join(", else ")}, else ${code(source.otherwise)}`;
    }
    case "duration":
      return `seconds of ${at(source.path)}, which is \`[H:]M:SS\`; NULL for anything else`;
    case "date":
      return dateWords(source, at(source.path));
    case "roles":
      return `list of the roles in ${at(source.path)}: split at commas outside of brackets, without what is in these`;
    case "joined":
      return `all ${at(source.path)}, joined with ${code(source.separator)}`;
    case "list":
      return `list of all ${at(source.path)}`;
    case "flat":
      return `for each ${at(source.each)}: ${pieces(source.pieces, source.between)}; joined with ${code(source.separator)}`;
    case "refs":
      return `for each ${at(source.each)}: ${source.fields.map(field).join("; ")}`;
  }
}

function dateWords({ part }: Extract<Source, { kind: "date" }>, place: string): string {
  const none = part === "year" ? "0000" : "00";
  return `the ${part} of ${place}, which is \`YYYY[-MM[-DD]]\`; NULL for \`${none}\` and for anything else`;
}

function ordinalWords({ among, outer }: Extract<Source, { kind: "ordinal" }>, item: Path): string {
  if (among === undefined) return `place${item === "" ? "" : ` of ${code(item)}`} in its list, from 1`;
  const group = `among ${among.map((path) => code(path)).join(" and ")} of the record, in document order, from 1`;
  const around = item === "" ? "it" : code(item);
  return outer === true ? `place of the innermost one around ${around} ${group}` : `place ${group}`;
}

/** Describes the place of a collection column in an item of a page. */
export function jsonSourceWords(source: JsonSource): string {
  if (source.kind === "names") return `names in ${code(source.path)}, joined with ${code(source.separator)}`;
  if (source.kind === "fields") {
    const pattern = code("{field_id}: {value}");
    return `for each of ${code(source.path)} with a value: ${pattern}; joined with ${code(source.separator)}`;
  }
  if (source.kind === "field") return `the value in ${code(source.path)} whose field_id is ${source.field}`;
  const places = source.paths.map((path) => code(path)).join(", else ");
  if (source.kind === "text") return places;
  const { otherThan } = source;
  const limit =
    otherThan === undefined ? "" : ` (${code(otherThan.path)} only where it is not the ${otherThan.column})`;
  return `number at ${places}${limit}`;
}

function place(path: Path, record: Path, item: Path): string {
  if (path === ".") return item === "" ? "its text" : code(item);
  if (path.startsWith("^")) return `the ${code(path.slice(1))} just before it`;
  if (path.startsWith("/")) return code(`${record}${path}`);
  return code(item === "" ? path : `${item}/${path}`);
}

function field(column: SourcedColumn): string {
  return `${column.name} = ${sourceWords(column.source, "", "")}`;
}

/** Each piece as a pattern, with its value in braces; the text around a value appears only with the value. */
function pieces(all: readonly Piece[], between: string): string {
  const patterns = all.map(({ paths, prefix = "", suffix = "" }) => {
    const value = paths.map((path) => (path === "." ? "text" : path)).join(", else ");
    return code(`${prefix}{${value}}${suffix}`);
  });
  return between === ""
    ? patterns.join(", then ")
    : `${patterns.join(" and ")} with ${code(between)} between them`;
}
