/**
 * Ids of records by index. As in the dumps, ids ascend with holes: every multiple of 17 is left out. A few
 * records have ids that are known from the real dumps (dump.md): they stand at fixed indices.
 */
const HOLE = 17;

/** The dumps refer to these artists but do not hold them. */
export const ABSENT_ARTISTS = {
  194: "Various",
  355: "Unknown Artist",
  118760: "No Artist",
} as const;
export type AbsentArtist = keyof typeof ABSENT_ARTISTS;

/** Index and id of the artist and of the label without a name, and of the release whose `qty` is out of range. */
export const NAMELESS_ARTIST = { index: 60, id: 66827 } as const;
export const NAMELESS_LABEL = { index: 40, id: 212 } as const;
export const HUGE_QTY_RELEASE = { index: 30, id: 8262262 } as const;

const naturalId = (index: number): number => index + Math.floor((index - 1) / (HOLE - 1));
const holeAfter = (id: number): number => Math.ceil(id / HOLE) * HOLE;

export function artistId(index: number): number {
  if (index === NAMELESS_ARTIST.index) return NAMELESS_ARTIST.id;
  const id = naturalId(index);
  return id in ABSENT_ARTISTS ? holeAfter(id) : id;
}

export function labelId(index: number): number {
  return idBeside(index, NAMELESS_LABEL);
}

export const masterId = naturalId;

export function releaseId(index: number): number {
  return idBeside(index, HUGE_QTY_RELEASE);
}

/** An id that no record of any kind has, one of ten. */
export const absentId = (n: number): number => HOLE * (1 + (n % 10));

function idBeside(index: number, special: { index: number; id: number }): number {
  if (index === special.index) return special.id;
  const id = naturalId(index);
  return id === special.id ? holeAfter(id) : id;
}
