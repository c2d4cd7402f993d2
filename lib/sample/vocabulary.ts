import { weighted } from "./random.ts";

/**
 * A genre with its styles. This file holds the controlled vocabulary of the dumps: genres, countries,
 * formats, credits, companies.
 */
export interface Genre {
  name: string;
  styles: readonly string[];
}

const genre = (name: string, styles: string): Genre => ({ name, styles: styles.split("; ") });

/** Genre whose name contains commas and an ampersand. */
export const FOLK_WORLD_COUNTRY = genre(
  "Folk, World, & Country",
  "Folk; Country; Celtic; African; Flamenco; Fado; Bluegrass; Polka; Nordic; Cajun; Klezmer; Volksmusik; Raï",
);
/** Genre whose name contains a slash. */
export const FUNK_SOUL = genre(
  "Funk / Soul",
  "Soul; Funk; Disco; Rhythm & Blues; Gospel; Contemporary R&B; Neo Soul; Boogie; Swingbeat; Afrobeat",
);

/** Genres, weighted by frequency. */
export const GENRES = weighted<Genre>([
  [
    genre(
      "Rock",
      "Alternative Rock; Pop Rock; Indie Rock; Punk; Hard Rock; Folk Rock; Psychedelic Rock; Prog Rock; Hardcore; Heavy Metal; Black Metal; Death Metal; New Wave; Shoegaze; Post-Punk; Garage Rock; Rock & Roll; Stoner Rock",
    ),
    30,
  ],
  [
    genre(
      "Electronic",
      "House; Techno; Experimental; Ambient; Synth-pop; Electro; Deep House; Trance; Downtempo; Tech House; Drum n Bass; Noise; Minimal; Industrial; Disco; Breakbeat; IDM; Dub; Acid; Broken Beat; Drone; Progressive House",
    ),
    26,
  ],
  [
    genre(
      "Pop",
      "Vocal; Ballad; Europop; Chanson; Schlager; Pop Rock; Synth-pop; J-pop; K-pop; Easy Listening; Kayōkyoku; Indie Pop; Light Music; Novelty",
    ),
    18,
  ],
  [FOLK_WORLD_COUNTRY, 9],
  [
    genre(
      "Jazz",
      "Fusion; Bop; Hard Bop; Contemporary Jazz; Free Jazz; Swing; Big Band; Cool Jazz; Dixieland; Soul-Jazz; Latin Jazz; Post Bop; Easy Listening",
    ),
    8,
  ],
  [FUNK_SOUL, 8],
  [
    genre(
      "Hip Hop",
      "Gangsta; Conscious; Boom Bap; Trap; Instrumental; Pop Rap; Thug Rap; Turntablism; Trip Hop; Cloud Rap; RnB/Swing",
    ),
    7,
  ],
  [
    genre(
      "Classical",
      "Classical; Romantic; Modern; Baroque; Contemporary; Opera; Neo-Classical; Choral; Renaissance; Impressionist; Medieval",
    ),
    6,
  ],
  [genre("Latin", "Salsa; Bolero; Cumbia; Samba; Bossa Nova; Tango; MPB; Reggaeton; Mambo; Ranchera"), 3],
  [genre("Reggae", "Roots Reggae; Dub; Dancehall; Lovers Rock; Ska; Rocksteady; Reggae-Pop; Ragga"), 3],
  [genre("Blues", "Blues Rock; Electric Blues; Country Blues; Chicago Blues; Delta Blues; Boogie Woogie"), 2],
  [genre("Stage & Screen", "Soundtrack; Score; Musical; Theme; Video Game Music; Library Music; Cabaret"), 3],
  [
    genre(
      "Non-Music",
      "Spoken Word; Comedy; Field Recording; Audiobook; Interview; Poetry; Radioplay; Speech",
    ),
    2,
  ],
  [genre("Children's", "Story; Nursery Rhymes; Educational"), 1],
  [genre("Brass & Military", "Brass Band; Marches; Military; Pipe & Drum"), 1],
]);

/** Countries of release, weighted by frequency. */
export const COUNTRIES = weighted<string>([
  ["US", 300],
  ["UK", 170],
  ["Germany", 110],
  ["France", 65],
  ["Japan", 60],
  ["Italy", 50],
  ["Europe", 48],
  ["Canada", 33],
  ["Netherlands", 32],
  ["Spain", 26],
  ["Australia", 22],
  ["Sweden", 18],
  ["Brazil", 16],
  ["Belgium", 14],
  ["Russia", 12],
  ["Greece", 9],
  ["Poland", 8],
  ["UK & Europe", 8],
  ["Yugoslavia", 6],
  ["Jamaica", 6],
  ["Mexico", 6],
  ["Finland", 6],
  ["Norway", 5],
  ["South Korea", 4],
  ["Portugal", 4],
  ["Argentina", 4],
  ["USSR", 4],
  ["Taiwan", 2],
  ["Bosnia & Herzegovina", 1],
  ["Trinidad & Tobago", 1],
]);

/** A medium: its name, usual descriptions, and minimum and maximum number of tracks. */
export interface Medium {
  name: string;
  descriptions: readonly string[];
  tracks: readonly [number, number];
  /** Positions are A1, B2 ... rather than 1, 2 ... */
  sided: boolean;
}

const medium = (name: string, descriptions: string, low: number, high: number, sided = false): Medium => ({
  name,
  descriptions: descriptions.split("; "),
  tracks: [low, high],
  sided,
});

const LP = medium("Vinyl", "LP; Album", 7, 13, true);
const TWELVE = medium("Vinyl", '12"; 33 ⅓ RPM; EP', 2, 6, true);
const SEVEN = medium("Vinyl", '7"; 45 RPM; Single', 2, 2, true);
const SHELLAC = medium("Shellac", '10"; 78 RPM', 2, 2, true);
const CASSETTE = medium("Cassette", "Album; Dolby System", 7, 13, true);
/** The medium of the box set. */
export const CD = medium("CD", "Album", 8, 18);
const CD_SINGLE = medium("CD", "Maxi-Single", 2, 5);
const CDR = medium("CDr", "Album; Limited Edition", 4, 13);
const FILE = medium("File", "MP3; Album; 320 kbps", 1, 13);
const DVD = medium("DVD", "DVD-Video; NTSC", 6, 18);

/** Media in use up to and including a year. */
export const MEDIA_UNTIL: readonly (readonly [number, ReturnType<typeof weighted<Medium>>])[] = [
  [
    1957,
    weighted([
      [SHELLAC, 6],
      [LP, 3],
      [SEVEN, 1],
    ]),
  ],
  [
    1984,
    weighted([
      [LP, 50],
      [SEVEN, 38],
      [TWELVE, 6],
      [CASSETTE, 6],
    ]),
  ],
  [
    1991,
    weighted([
      [LP, 34],
      [SEVEN, 18],
      [TWELVE, 24],
      [CASSETTE, 12],
      [CD, 12],
    ]),
  ],
  [
    2005,
    weighted([
      [CD, 56],
      [CD_SINGLE, 12],
      [TWELVE, 20],
      [LP, 5],
      [CASSETTE, 4],
      [DVD, 3],
    ]),
  ],
  [
    Number.POSITIVE_INFINITY,
    weighted([
      [CD, 38],
      [FILE, 26],
      [LP, 16],
      [TWELVE, 9],
      [CDR, 6],
      [CASSETTE, 5],
    ]),
  ],
];

/** Format descriptions that occur in addition to a medium's own. */
export const EXTRA_DESCRIPTIONS = [
  "Reissue",
  "Compilation",
  "Mono",
  "Promo",
  "Remastered",
  "Repress",
  "Numbered",
];
/** Free-text notes on formats. */
export const FORMAT_TEXTS = ["Gatefold", "180g", "Digipak", "Red", "Clear", "Blue Marbled", "Slipcase, Card"];

/** Texts that join artists. */
export const JOINS = ["&", ",", "Feat.", "/", "And", "With", "vs.", "Presents"];

/** entity_type and entity_type_name of companies, weighted by frequency. */
export const COMPANY_TYPES = weighted<readonly [number, string]>([
  [[13, "Phonographic Copyright (p)"], 22],
  [[14, "Copyright (c)"], 20],
  [[21, "Published By"], 18],
  [[9, "Distributed By"], 10],
  [[23, "Recorded At"], 9],
  [[17, "Pressed By"], 8],
  [[10, "Manufactured By"], 7],
  [[29, "Mastered At"], 5],
  [[16, "Made By"], 4],
  [[19, "Printed By"], 4],
  [[27, "Mixed At"], 3],
  [[4, "Record Company"], 3],
  [[6, "Licensed From"], 3],
]);

/** Types of identifiers, weighted by frequency. */
export const IDENTIFIER_TYPES = weighted<string>([
  ["Matrix / Runout", 44],
  ["Barcode", 24],
  ["Rights Society", 12],
  ["Label Code", 6],
  ["Other", 6],
  ["Mastering SID Code", 4],
  ["Mould SID Code", 4],
  ["Price Code", 1],
]);

/** Values of `Rights Society` identifiers. */
export const RIGHTS_SOCIETIES = ["GEMA", "BIEM", "SACEM", "ASCAP", "JASRAC", "STIM", "BIEM/STEMRA", "MCPS"];

/** Values of `data_quality`, weighted by frequency. */
export const DATA_QUALITIES = weighted<string>([
  ["Needs Vote", 70],
  ["Correct", 14],
  ["Needs Major Changes", 10],
  ["Needs Minor Changes", 4],
  ["Complete and Correct", 1],
  ["Entirely Incorrect", 1],
]);
