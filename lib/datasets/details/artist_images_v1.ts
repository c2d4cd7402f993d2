import { artistsV1 } from "../artists_v1.ts";
import { images } from "../images.ts";
import { toArtist } from "../refs.ts";

/** Images of artists. */
export const artistImagesV1 = images(artistsV1, "artist_id", ["/id"], toArtist("artist_id", "CRITICAL"));
