import type { Entity } from "../datasets/declaration.ts";
import { between, chance, type Random } from "./random.ts";
import type { World } from "./world.ts";

/** Probability that a record has images, as in the dump of August 2020. */
const SHARES: Record<Entity, number> = {
  release: 0.95,
  master: 0.98,
  artist: 0.2,
  label: 0.25,
};

/** `<images>`, in dump shapes that have them. */
export function images({ shape }: World, random: Random, entity: Entity, id: number): string {
  if (!chance(random, SHARES[entity])) return "";
  const count = between(random, 1, 5);
  const height = between(random, 300, 600);
  if (!shape.images) return "";
  const image = (n: number) => {
    const type = n === 0 ? "primary" : "secondary";
    const [uri, uri150] = shape.imageAddresses
      ? [600, 150].map((size) => `https://img.example.com/${size}/${id}-${n + 1}.jpg`)
      : ["", ""];
    return `<image type="${type}" uri="${uri}" uri150="${uri150}" width="600" height="${height - n}"/>`;
  };
  return `<images>${Array.from({ length: count }, (_, n) => image(n)).join("")}</images>`;
}
