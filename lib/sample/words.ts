/** Word lists for invented names and texts. */

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** First names of invented people. */
export const FIRST_NAMES = words(`
  Ada Adrian Agnes Alan Alma Amir Ana Anders Anton Arlo Astrid Ayo Bea Ben Boris Bruno Carla Cass Cedric Chika
  Clara Cleo Dario Daria Dina Dora Edith Eero Elena Elio Emil Esra Eva Farah Felix Fiona Franco Gail Gerd Gina
  Goran Greta Gus Hana Hank Hedda Henrik Hugo Ida Ilya Imani Ines Ira Ivo Jana Jarek Joan Jonas Josef Judit Kai
  Karin Kemal Kira Klaus Lars Leah Lena Leon Lila Lou Luca Mads Maia Marco Marta Mei Milo Mina Nadia Neil Nico
  Nils Noor Olga Oren Otis Otto Paco Pavel Petra Pilar Ravi Remy Rhea Rita Roman Rosa Sami Sana Selma Sonia Stig
  Sunil Tariq Tess Theo Tilda Tomas Uma Ute Vera Viktor Wanda Wim Yara Yusuf Zoe`);

/** First halves of invented surnames. */
export const SURNAME_HEADS = words(`
  Ahl Ash Bark Beck Berg Birk Black Brand Bright Carl Cart Dahl Dorn Eck Elm Fair Falk Fern Gold Grand Gren Hall
  Hart Hassel Holm Kask Kel Kirk Lang Lind Lund Mar Mell Mor Nord North Oak Ost Pall Rand Roth Sand Ster Sund
  Thorn Vall Var Wall West Win Wood Zell`);

/** Second halves of invented surnames. */
export const SURNAME_TAILS = words(`
  acker berg bury by combe dal den er ert felt ford gaard haus hof holt ing kamp ke kvist ley lin low man mann
  mark mere mont more nen ner ov quist rup sen ski smith son stad stein strom ton vik wall well wick worth`);

/** Adjectives for names and titles. */
export const ADJECTIVES = words(`
  Amber Ancient Arctic Blind Blue Bitter Broken Burning Careless Cold Copper Crooked Crystal Dark Deep Distant
  Double Dusty Early Electric Empty Endless False Final First Foreign Frozen Gentle Ghost Giant Glass Golden Grand
  Green Hidden High Hollow Holy Idle Inner Iron Last Late Lazy Liquid Little Lonely Lost Lucid Magnetic Mellow
  Midnight Modern Narrow New Northern Odd Outer Pale Paper Perfect Plastic Private Quiet Rapid Raw Red Restless
  Rising Royal Sacred Second Secret Silent Silver Simple Slow Small Soft Solar Southern Static Strange Sudden
  Summer Sunken Sweet Tender Thin Third Tiny Total True Twin Velvet Violet Warm Wild Winter Yellow Young`);

/** Nouns for names and titles. */
export const NOUNS = words(`
  Age Alley Anchor Angel Apartment Arcade Arrow Ash Avenue Balcony Beacon Bell Bird Boulevard Bridge Camera Canal
  Candle Carnival Cathedral Chain Chapel Circle City Clock Cloud Coast Colony Comet Compass Copper Corner Crane
  Crown Current Curtain Dance Dawn Delta Desert Diamond Door Dream Drum Dust Echo Edge Empire Engine Evening
  Factory Feather Field Fire Flag Flood Forest Fountain Frequency Garden Gate Glacier Hammer Harbor Harvest Heart
  Highway Hill Horizon Hotel House Hour Island Jacket Journey Jungle Kitchen Ladder Lake Lantern Letter Lion
  Machine Magnet Map Market Meadow Mirror Moment Moon Morning Motion Motor Mountain Museum Needle Night Noise
  Ocean Orbit Orchard Palace Parade Passenger Pattern Pilot Pine Planet Pool Portrait Prism Pulse Radio Rain
  Ribbon River Road Rocket Room Rose Sail Satellite Season Shadow Shore Signal Smoke Snow Soldier Spark Spiral
  Spring Station Stone Storm Story Street Sugar Sun Swan Switch Temple Theatre Thunder Tide Tiger Tower Traffic
  Train Tree Tunnel Valley Vessel Village Voice Wagon Wave Weather Wheel Whisper Window Wire Wolf World Yard`);

/** Verbs for titles. */
export const VERBS = words(`
  Break Bring Burn Call Carry Catch Chase Come Cross Dance Drive Fall Feel Find Follow Forget Give Hold Keep Know
  Leave Listen Live Look Lose Love Move Need Open Play Pull Push Remember Ride Rise Run Save Send Shake Sing Sleep
  Stand Stay Stop Take Tell Turn Wait Wake Walk Want Watch Work Write`);

/** Words of running text. */
export const TEXT_WORDS = words(`
  the a of and in on for with by from at is was are were this that it its as to after before between during
  recorded released mixed mastered produced written arranged performed issued printed pressed distributed credited
  originally later also only first second limited numbered coloured standard gatefold inner outer printed hand
  side track tracks label sleeve cover insert poster booklet runout matrix sticker barcode copies edition version
  reissue pressing album single compilation session studio live concert radio festival tour demo tape vinyl disc
  band group singer producer engineer drummer guitarist composer orchestra choir quartet trio members founded
  formed split reunited based born known active moved joined left worked early late years months summer winter
  spring 1968 1974 1979 1983 1988 1991 1994 1997 2001 2004 2008 2012 2016 2019 2021 London Berlin Paris Osaka
  Lisbon Oslo Chicago Detroit Melbourne Naples Warsaw Bogota Lagos Mumbai Montreal courtesy permission rights
  reserved unauthorised copying prohibited made thanks everyone who helped special artwork photo design layout
  different some all each other same shorter longer extended original previously unreleased bonus hidden song
  songs title titles lyrics words music name names date time not no on back front spine white black red clear`);

/** Cities, for names and addresses. */
export const CITIES = words(`
  Aarhus Antwerp Athens Austin Belgrade Bergen Bilbao Bogota Bristol Cairo Cologne Dakar Dublin Essen Geneva
  Glasgow Haifa Havana Izmir Kyoto Lagos Leeds Lima Lisbon Lyon Malmo Manila Marseille Nagoya Naples Odessa Osaka
  Oslo Porto Prague Quito Recife Riga Seattle Sofia Tallinn Tampere Turin Utrecht Vienna Wroclaw Zagreb`);

/** Single Han characters for names in that script. */
export const CJK = [
  ..."山川水木火土日月星空海花鳥風雪雨春夏秋冬東西南北青白黒赤金銀石田中村林森原野島谷音楽夢光影心",
];
/** Katakana characters for names. */
export const KANA = [..."アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモラリルレロ"];
/** Hangul syllables for names. */
export const HANGUL = [..."가나다라마바사아자차카타파하강남달별빛숲물불꽃길새봄밤"];
/** Cyrillic syllables for names. */
export const CYRILLIC = words(`
  Бел Вол Гор Дол Зор Кам Лес Мир Нов Озер Пол Реч Свет Снег Тих Хол Чер Яр ов ев ин ский ная ник ица`);
/** Hebrew words for names. */
export const HEBREW = words("אור גל הר ים כוכב לילה מים נהר עיר רוח שיר תמר");
/** Arabic words for names. */
export const ARABIC = words("بحر جبل ريح سماء شمس صوت ضوء قمر ليل نهر نجم ورد");
/** Letters outside the Basic Multilingual Plane: two UTF-16 units, four bytes in UTF-8. */
export const ASTRAL = ["𝔄", "𝔅", "𝔇", "𝔈", "𝔉", "𝔊", "𐌀", "𐌁", "𐌂", "🎵", "🎶", "🌒", "🔥", "𠮷"];
