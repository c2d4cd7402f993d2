import { images } from "../images.ts";
import { mastersV1 } from "../masters_v1.ts";
import { toMaster } from "../refs.ts";

/** Images of master releases. */
export const masterImagesV1 = images(mastersV1, "master_id", ["/@id"], toMaster("master_id", "CRITICAL"));
