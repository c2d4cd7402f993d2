/**
 * The shapes of the dumps that can be made, each under the month of a dump that has it. What is known of them is in
 * the dumps themselves: the `<images>` and the ids beside members' names ended with 2024, `status` in February 2026,
 * and of 2015 to 2019 are members whose id stands before the name alone.
 */
export const vintages = ["2026-01", "2025-06", "2024-11", "2020-08", "2017-06"] as const;
export type Vintage = (typeof vintages)[number];

/** How records are written at a time. */
export interface Shape {
  images: boolean;
  /** Images have addresses; later dumps have the attributes without a value. */
  imageAddresses: boolean;
  /** `status` of releases. */
  status: boolean;
  /** Where the id of a member is: in an attribute of its name, in an element before it, or in both. */
  memberIds: "attribute" | "both" | "element";
  /** Aliases and groups have ids. */
  relationIds: boolean;
  /**
   * Elements and attributes without content are written, an artist without an id has id 0, and there is no master_id
   * where there is no master.
   */
  empty: boolean;
  /** Characters outside ASCII are numeric references. */
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

export const SHAPES: Readonly<Record<Vintage, Shape>> = {
  "2026-01": today,
  "2025-06": of2025,
  "2024-11": of2024,
  "2020-08": of2020,
  "2017-06": of2017,
};
