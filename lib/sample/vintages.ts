/**
 * The supported dump shapes, each named after the month of a real dump that has it. They follow the dumps
 * themselves: `<images>` and the ids beside members' names ended with 2024, `status` ended in February 2026,
 * and in 2015 to 2019 a member's id appears only before the name.
 */
export const vintages = ["2026-01", "2025-06", "2024-11", "2020-08", "2017-06"] as const;
/** Month that names a dump shape. */
export type Vintage = (typeof vintages)[number];

/** How records are written in a given period. */
export interface Shape {
  images: boolean;
  /** Images have URLs; later dumps have the attributes without a value. */
  imageAddresses: boolean;
  /** Releases have a `status`. */
  status: boolean;
  /** Where a member's id is written: in an attribute of the name, in an element before it, or both. */
  memberIds: "attribute" | "both" | "element";
  /** Aliases and groups have ids. */
  relationIds: boolean;
  /**
   * Empty elements and attributes are written, an artist without an id has id 0, and there is no master_id
   * without a master.
   */
  empty: boolean;
  /** Non-ASCII characters are written as numeric references. */
  ascii: boolean;
}

const today: Shape = {
  images: false,
  imageAddresses: false,
  status: false,
  memberIds: "attribute",
  relationIds: true,
  empty: false,
  ascii: false,
};
const of2025: Shape = { ...today, status: true };
const of2024: Shape = { ...of2025, images: true, memberIds: "both" };
const of2020: Shape = { ...of2024, empty: true, ascii: true };
const of2017: Shape = { ...of2020, imageAddresses: true, memberIds: "element", relationIds: false };

/** The shape of each vintage. */
export const SHAPES: Readonly<Record<Vintage, Shape>> = {
  "2026-01": today,
  "2025-06": of2025,
  "2024-11": of2024,
  "2020-08": of2020,
  "2017-06": of2017,
};
