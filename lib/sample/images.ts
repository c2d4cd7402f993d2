import { between, chance, type Random } from "./random.ts";
import type { World } from "./world.ts";

/** `<images>` as the dumps had it until 2024, with probability `share`; nothing in the shape of 2026. */
export function images(world: World, random: Random, share: number): string {
  if (!chance(random, share)) return "";
  const count = between(random, 1, 5);
  const height = between(random, 300, 600);
  if (world.vintage !== "2020-08") return "";
  const image = (n: number) =>
    `<image type="${n === 0 ? "primary" : "secondary"}" uri="" uri150="" width="600" height="${height - n}"/>`;
  return `<images>${Array.from({ length: count }, (_, n) => image(n)).join("")}</images>`;
}
