import { mastersV1 } from "../masters_v1.ts";
import { toMaster } from "../refs.ts";
import { videos } from "../videos.ts";

/** Videos linked from master releases. */
export const masterVideosV1 = videos(mastersV1, "master_id", toMaster("master_id", "CRITICAL"));
