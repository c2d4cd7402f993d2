import { images } from "../images.ts";
import { labelsV10 } from "../labels_v10.ts";
import { toLabel } from "../refs.ts";

/** Images of labels. */
export const labelImagesV1 = images(labelsV10, "label_id", ["/id", "/@id"], toLabel("label_id", "INFO"));
