import { between, chance, pickWeighted, type Random } from "./random.ts";
import { pickLabel } from "./references.ts";
import { note, type Tally } from "./tally.ts";
import { digits } from "./texts.ts";
import { COMPANY_TYPES } from "./vocabulary.ts";
import type { World } from "./world.ts";
import { element, optional } from "./xml.ts";

/**
 * `<companies>`, i.e. labels in other roles: 1.7 on average. A few lack an id, a few have a catalogue number.
 */
export function companies(world: World, tally: Tally, random: Random, limit: number): string {
  const count = chance(random, 0.48) ? between(random, 1, 6) : 0;
  if (count === 0) return world.shape.empty ? "<companies/>" : "";
  const items = Array.from({ length: count }, () => company(world, tally, random, limit));
  return `<companies>${items.join("")}</companies>`;
}

function company(world: World, tally: Tally, random: Random, limit: number): string {
  const { shape } = world;
  const { id, name } = pickLabel(world, random, limit);
  const [type, typeName] = pickWeighted(random, COMPANY_TYPES);
  const anonymous = chance(random, 0.02);
  const catno = chance(random, 0.04) ? digits(random, 6) : "";
  const child = shape.empty ? element : optional;
  note(tally, "company_without_id", anonymous);
  return [
    anonymous ? "<company>" : `<company><id>${id}</id>`,
    element("name", name),
    child("catno", catno),
    `<entity_type>${type}</entity_type><entity_type_name>${typeName}</entity_type_name>`,
    shape.empty && !anonymous ? `<resource_url>https://api.discogs.com/labels/${id}</resource_url>` : "",
    "</company>",
  ].join("");
}
