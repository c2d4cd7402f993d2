import { between, chance, type Random } from "./random.ts";
import { type DetailDataset, expectElements, type Tally } from "./tally.ts";
import type { World } from "./world.ts";

/** A detail dataset that counts images. */
export type ImageDataset = Extract<DetailDataset, `${string}_images_v1`>;

/** Probability that a record has images, as in the dump of August 2020. */
const SHARES: Record<ImageDataset, number> = {
  release_images_v1: 0.95,
  master_images_v1: 0.98,
  artist_images_v1: 0.2,
  label_images_v1: 0.25,
};

/** `<images>`, in dump shapes that have them. */
export function images(
  { shape }: World,
  tally: Tally,
  random: Random,
  dataset: ImageDataset,
  of: { id: number; counted?: boolean },
): string {
  if (!chance(random, SHARES[dataset])) return "";
  const count = between(random, 1, 5);
  const height = between(random, 300, 600);
  if (!shape.images) return "";
  if (of.counted !== false) expectElements(tally, dataset, count);
  const image = (n: number) => {
    const type = n === 0 ? "primary" : "secondary";
    const [uri, uri150] = shape.imageAddresses
      ? [600, 150].map((size) => `https://img.example.com/${size}/${of.id}-${n + 1}.jpg`)
      : ["", ""];
    return `<image type="${type}" uri="${uri}" uri150="${uri150}" width="600" height="${height - n}"/>`;
  };
  return `<images>${Array.from({ length: count }, (_, n) => image(n)).join("")}</images>`;
}
