import { toRelease } from "../refs.ts";
import { releasesV6 } from "../releases_v6.ts";
import { videos } from "../videos.ts";

/** Videos linked from releases. */
export const releaseVideosV1 = videos(releasesV6, "release_id", toRelease("release_id", "CRITICAL"));
