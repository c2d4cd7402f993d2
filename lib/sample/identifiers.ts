import { between, chance, pick, pickWeighted, type Random } from "./random.ts";
import { digits, sentence } from "./texts.ts";
import { IDENTIFIER_TYPES, RIGHTS_SOCIETIES } from "./vocabulary.ts";
import type { World } from "./world.ts";
import { escapeAttribute, list } from "./xml.ts";

/** `<identifiers>`: 1.7 on average. */
export function identifiers({ shape }: World, random: Random): string {
  const count = chance(random, 0.56) ? between(random, 1, 5) : 0;
  if (count === 0) return shape.empty ? "<identifiers/>" : "";
  return list(
    "identifiers",
    Array.from({ length: count }, (_, n) => identifier(random, n)),
  );
}

function identifier(random: Random, n: number): string {
  const type = pickWeighted(random, IDENTIFIER_TYPES);
  const description = chance(random, 0.5) ? ` description="${describe(type, n)}"` : "";
  return `<identifier type="${type}"${description} value="${escapeAttribute(identifierValue(random, type))}"/>`;
}

const describe = (type: string, n: number): string =>
  type === "Matrix / Runout" ? `Side ${n % 2 === 0 ? "A" : "B"}, variant ${1 + (n >> 1)}` : "Text";

/** Value of an identifier; some contain the separators of `identifiers_flat`. */
function identifierValue(random: Random, type: string): string {
  if (type === "Rights Society") return pick(random, RIGHTS_SOCIETIES);
  if (type === "Barcode") return digits(random, 13);
  if (type === "Matrix / Runout") return `${digits(random, 4)} ${sentence(random, 2)} <${digits(random, 3)}>`;
  if (type === "Other" && chance(random, 0.1)) return `Stamped: A ; B : ${digits(random, 3)} [hand-etched]`;
  return `${pick(random, ["LC", "IFPI", "PM", "AB"])} ${digits(random, 4)}`;
}
