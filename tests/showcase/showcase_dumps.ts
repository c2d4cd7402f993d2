import type { Entity } from "../../lib/datasets/declaration.ts";
import { artist, label, master, release } from "./records.ts";

const EWF: [number, string] = [3, "Earth, Wind &amp; Fire"];
const KRAFTWERK: [number, string] = [8, "Kraftwerk"];
const PERSUADER: [number, string] = [1, "The Persuader"];
const MAURICE: [number, string] = [5, "Maurice White"];
const VERDINE: [number, string] = [6, "Verdine White"];
const DADC: [number, string, string] = [21, "Digital Audio Disc Corp.", "Pressed By"];
const COLUMBIA = (catno: string): [number, string, string] => [2, "Columbia", catno];
const KLING_KLANG = (catno: string): [number, string, string] => [4, "Kling Klang", catno];

/**
 * A few records with known answers: two groups, one of them with a member that is not in the dump, dangling aliases, a label
 * family, dates that are not years or are errors, a self-released
 * record, and a compilation by various artists.
 */
export const showcaseDumps: Readonly<Record<Entity, readonly string[]>> = {
  artist: [
    artist(1, "The Persuader", { aliases: ["2=Mr. James Barth", "77=Nobody Knows", "Lost One"] }),
    artist(2, "Mr. James Barth", { aliases: ["1=The Persuader"] }),
    artist(3, "Earth, Wind &amp; Fire", {
      namevariations: ["EWF", "Earth Wind And Fire"],
      members: ["5=Maurice White", "6=Verdine White", "70=Philip Bailey"],
    }),
    artist(5, "Maurice White", { groups: ["3=Earth, Wind &amp; Fire"] }),
    artist(6, "Verdine White", { groups: ["3=Earth, Wind &amp; Fire"] }),
    artist(8, "Kraftwerk", { members: ["9=Ralf Hütter"] }),
    artist(9, "Ralf Hütter", { groups: ["8=Kraftwerk", "71=Organisation"] }),
    artist(10, "Prince"),
    artist(11, "Prince (2)"),
    artist(12, "prince (13)"),
  ],
  label: [
    label(1, "Svek"),
    label(2, "Columbia"),
    label(3, "ARC (3)", '<parentLabel id="2">Columbia</parentLabel>'),
    label(4, "Kling Klang"),
    label(5, "Kling Klang Produkt", '<parentLabel id="4">Kling Klang</parentLabel>'),
    label(6, "Kling Klang Verlag", '<parentLabel id="4">Kling Klang</parentLabel>'),
    label(7, "Orphan", '<parentLabel id="212"/>'),
  ],
  master: [
    master(100, 1000, "Stockholm", 1999, [PERSUADER]),
    master(101, 1001, "That's The Way Of The World", 1975, [EWF]),
    master(102, 1003, "Autobahn", 1974, [KRAFTWERK]),
    master(103, 1007, "Raise!", 1981, [EWF]),
    master(104, 1008, "Undated", 0, [KRAFTWERK]),
    master(105, 9999, "Radio-Activity", 1975, [KRAFTWERK]),
  ],
  release: [
    release(1000, {
      title: "Stockholm",
      by: [PERSUADER],
      on: [[1, "Svek", "SK032"]],
      genres: ["Electronic"],
      styles: ["Deep House"],
      country: "Sweden",
      released: "1999-03-00",
      master: 100,
      isMain: true,
    }),
    release(1001, {
      title: "That's The Way Of The World",
      by: [EWF],
      on: [COLUMBIA("PC 33280")],
      genres: ["Funk / Soul"],
      styles: ["Soul", "Funk"],
      country: "US",
      released: "1975-03-15",
      master: 101,
      isMain: true,
      credits: [
        [...MAURICE, "Producer [For Kalimba, Inc.], Vocals", "M. White"],
        [...VERDINE, "Bass"],
        [0, "Larry Dunn", "Keyboards"],
      ],
      tracks: [
        { title: "Side One" },
        { position: "A1", title: "Shining Star", duration: "2:50", credits: [[...EWF, "Written-By", "EWF"]] },
        {
          title: "Suite",
          duration: "10:00",
          parts: [
            { position: "A2a", title: "See The Light", duration: "4:00" },
            {
              position: "A2b",
              title: "Outro",
              duration: "6:00",
              credits: [[...VERDINE, "Bass, Percussion"]],
            },
          ],
        },
        { position: "B1", title: "Reasons", duration: "4:61", credits: [[...EWF, "", "E, W &amp; F"]] },
      ],
      identifiers: [
        ["Barcode", "0 7464-33280-1"],
        ["Barcode", "07464332801"],
        ["Matrix / Runout", "AL 33280"],
      ],
      companies: [
        [20, "Columbia Records Pressing Plant, Pitman", "Pressed By"],
        [2, "Columbia", "Copyright (c)"],
      ],
    }),
    release(1002, {
      title: "That's The Way Of The World",
      by: [EWF],
      on: [COLUMBIA("CK 33280"), [3, "ARC (3)", "none"]],
      formats: ["CD"],
      genres: ["Funk / Soul"],
      styles: ["Soul"],
      country: "US",
      released: "1988",
      master: 101,
      credits: [
        [...EWF, "Written-By, Arranged By [All, Or Most]", "EWF"],
        [...MAURICE, "Producer"],
      ],
      tracks: [
        { position: "1", title: "Shining Star", duration: "2:50" },
        { position: "2", title: "Reasons" },
      ],
      identifiers: [["Barcode", "074643328022"]],
      companies: [DADC],
    }),
    release(1003, {
      title: "Autobahn",
      by: [KRAFTWERK],
      on: [[9, "Philips", "6305 231"]],
      genres: ["Electronic"],
      styles: ["Krautrock", "Electro"],
      country: "Germany",
      released: "1974-11-00",
      master: 102,
      isMain: true,
      tracks: [
        { position: "A", title: "Autobahn", duration: "22:43" },
        { position: "B1", title: "Kometenmelodie 1" },
      ],
      companies: [[22, "Phonogram Presswerk", "Pressed By"]],
    }),
    release(1004, {
      title: "Autobahn",
      by: [KRAFTWERK],
      on: [KLING_KLANG("KLANG 101"), [5, "Kling Klang Produkt", "KLANG 101"]],
      formats: ["CD", "Vinyl"],
      genres: ["Electronic"],
      styles: ["Electro"],
      country: "Germany",
      released: "1985-06-20",
      master: 102,
      tracks: [
        {
          position: "1",
          title: "Autobahn",
          parts: [
            { position: "1.1", title: "Abfahrt", duration: "11:00" },
            { position: "1.2", title: "Ankunft", duration: "11:43" },
          ],
        },
      ],
      companies: [DADC],
    }),
    release(1005, {
      title: "Autobahn",
      by: [KRAFTWERK],
      on: [KLING_KLANG("KLANG 201")],
      formats: ["CD"],
      genres: ["Electronic", "Folk, World, &amp; Country"],
      styles: ["Electro"],
      released: "1985-06-05",
      master: 102,
    }),
    release(1006, {
      title: "Sounds Of The Decade",
      by: [[194, "Various"]],
      on: [COLUMBIA("none")],
      formats: ["CD"],
      genres: ["Electronic", "Funk / Soul"],
      styles: ["Soul", "Electro"],
      country: "UK",
      released: "1980s",
      tracks: [
        { position: "1", title: "Getaway", duration: "3:46", by: [EWF] },
        { position: "2", title: "Autobahn (Edit)", duration: "3:30", by: [KRAFTWERK] },
        { position: "3", title: "Nonstop Mix", duration: "1:02:03" },
      ],
    }),
    release(1007, {
      title: "Raise!",
      by: [EWF],
      on: [
        [3, "ARC (3)", "TC 37548"],
        [3, "ARC (3)", "none"],
      ],
      genres: ["Funk / Soul"],
      styles: ["Disco"],
      country: "US",
      released: "1981-10-14",
      master: 103,
      isMain: true,
      companies: [[20, "Columbia Records Pressing Plant, Pitman", "Pressed By"]],
    }),
    release(1008, {
      title: "Undated",
      by: [KRAFTWERK, PERSUADER],
      on: [[6, "Kling Klang Verlag", ""]],
      genres: ["Electronic"],
      country: "Germany",
      released: "1981-13-99",
      master: 104,
      isMain: true,
    }),
    release(1009, {
      title: "From The Future",
      by: [PERSUADER],
      on: [
        [1818, "Not On Label", "none"],
        [10, "Not On Label (The Persuader Self-released)", "1"],
      ],
      genres: ["Electronic"],
      country: "Sweden",
      released: "2985",
      credits: [[...EWF, "Producer [Executive], Mixed By, Producer [Assistant]"]],
      companies: [DADC],
    }),
    release(1010, {
      title: "Of The Nineties",
      by: [PERSUADER],
      on: [[1, "Svek", "SK199"]],
      genres: ["Electronic"],
      styles: ["Deep House"],
      country: "Sweden",
      formats: ["Cassette"],
      released: "199",
    }),
  ],
};

const EDGAR: [number, string] = [4, "Edgar Winter Group"];
const renamed = (records: readonly string[], from: string, to: string) =>
  records.map((text) => text.replaceAll(from, to));

/**
 * The month before, in which some things were different: artist 4 had not been merged into artist 3 yet, artist 7 was
 * still there, two releases were missing or written otherwise, and some votes were other ones.
 */
export const dumpsBefore: Readonly<Record<Entity, readonly string[]>> = {
  ...showcaseDumps,
  artist: [
    ...renamed(
      showcaseDumps.artist,
      "<id>10</id><name>Prince</name><data_quality>Correct",
      "<id>10</id><name>Prince</name><data_quality>Needs Vote",
    ),
    artist(4, "Edgar Winter Group"),
    artist(7, "Nobody"),
  ],
  label: renamed(
    showcaseDumps.label,
    "<name>Svek</name><data_quality>Correct",
    "<name>Svek</name><data_quality>Needs Vote",
  ),
  master: renamed(showcaseDumps.master, "<year>1999<", "<year>1998<"),
  release: showcaseDumps.release
    .filter((text) => !/^<release id="(1006|1007|1009)"/.test(text))
    .map((text) =>
      /^<release id="100[12]"/.test(text)
        ? text.replaceAll(`<id>${EWF[0]}</id><name>${EWF[1]}`, `<id>${EDGAR[0]}</id><name>${EDGAR[1]}`)
        : text,
    )
    .map((text) =>
      text.startsWith('<release id="1003"')
        ? text.replace("<country>Germany<", "<country>West Germany<")
        : text,
    ),
};
