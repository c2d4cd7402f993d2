/**
 * Record ids by index. As in the dumps, ids ascend with gaps: every multiple of 17 is omitted. A few records
 * have ids known from the real dumps, at fixed indices.
 */
const HOLE = 17;

/** Artists that the dumps refer to but do not contain. */
export const ABSENT_ARTISTS = {
  194: "Various",
  355: "Unknown Artist",
  118760: "No Artist",
} as const;
/** Id of an artist that the dumps refer to but do not contain. */
export type AbsentArtist = keyof typeof ABSENT_ARTISTS;

/** Index and id of the artist without a name. */
export const NAMELESS_ARTIST = { index: 60, id: 66827 } as const;
/** Index and id of the label without a name. */
export const NAMELESS_LABEL = { index: 40, id: 212 } as const;
/** Index and id of the release whose `qty` is out of range. */
export const HUGE_QTY_RELEASE = { index: 30, id: 8262262 } as const;

const naturalId = (index: number): number => index + Math.floor((index - 1) / (HOLE - 1));
const holeAfter = (id: number): number => Math.ceil(id / HOLE) * HOLE;

/** Id of the artist at an index. */
export function artistId(index: number): number {
  if (index === NAMELESS_ARTIST.index) return NAMELESS_ARTIST.id;
  const id = naturalId(index);
  return id in ABSENT_ARTISTS ? holeAfter(id) : id;
}

/** Id of the label at an index. */
export function labelId(index: number): number {
  return idBeside(index, NAMELESS_LABEL);
}

/** Id of the master at an index. */
export const masterId = naturalId;

/** Id of the release at an index. */
export function releaseId(index: number): number {
  return idBeside(index, HUGE_QTY_RELEASE);
}

/** One of ten ids that no record of any kind has. */
export const absentId = (n: number): number => HOLE * (1 + (n % 10));

function idBeside(index: number, special: { index: number; id: number }): number {
  if (index === special.index) return special.id;
  const id = naturalId(index);
  return id === special.id ? holeAfter(id) : id;
}
