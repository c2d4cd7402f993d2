import { images } from "../images.ts";
import { toRelease } from "../refs.ts";
import { releasesV6 } from "../releases_v6.ts";

/** Images of releases. */
export const releaseImagesV1 = images(
  releasesV6,
  "release_id",
  ["/@id"],
  toRelease("release_id", "CRITICAL"),
);
