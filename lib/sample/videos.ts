import { between, chance, type Random } from "./random.ts";
import { code, sentence } from "./texts.ts";
import { escapeText, list } from "./xml.ts";

/** `<videos>` of a release or master, with probability `share`. */
export function videos(random: Random, share: number, artist: string, titles: readonly string[]): string {
  if (!chance(random, share)) return "";
  const some = titles.slice(0, between(random, 1, 6));
  return list(
    "videos",
    some.map((title) => video(random, `${artist} - ${title}`)),
  );
}

function video(random: Random, title: string): string {
  const escaped = escapeText(title);
  const source = `https://www.youtube.com/watch?v=${code(random, 11)}`;
  const open = `<video src="${source}" duration="${between(random, 90, 600)}" embed="true">`;
  return `${open}<title>${escaped}</title>${description(random, escaped)}</video>`;
}

function description(random: Random, title: string): string {
  if (chance(random, 0.3)) return `<description>${title}</description>`;
  if (chance(random, 0.5)) return `<description>${sentence(random, between(random, 3, 12))}</description>`;
  const year = between(random, 1990, 2025);
  const parts = [
    `Provided by the label`,
    title,
    `℗ ${year} ${sentence(random, 3)}`,
    `Released on: ${year}-01-01`,
  ];
  return `<description>${parts.join("\n\n")}</description>`;
}
