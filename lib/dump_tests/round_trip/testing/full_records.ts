import type { Entity } from "../../../datasets/declaration.ts";
import type { Row } from "../rebuilt_form.ts";

/** A record, its normal form as `path = value`, and the rows that it must yield. */
export interface FullRecord {
  xml: string;
  normal: string[];
  rows: Record<string, Row[]>;
}

/** One record of each entity with every known element and attribute. */
export const fullRecords: Readonly<Record<Entity, FullRecord>> = {
  artist: {
    xml: `<artist>
      <images><image type="primary" width="600" height="x" uri="u" uri150=" v "/><image/></images>
      <id>12</id><name>A</name><realname> </realname><profile> p
q </profile><data_quality>Correct</data_quality>
      <urls><url>http://a</url><url/><url>http://b</url></urls>
      <namevariations><name>A.</name><name/><name>B.</name></namevariations>
      <aliases><name id="3">C</name><name>D</name><name id="0"> </name></aliases>
      <members><id>4</id><name>E</name><id>5</id><id>6</id><name id="6">F</name><name>G</name><id>x</id></members>
      <groups><name id="7">H</name></groups>
    </artist>`,
    normal: [
      "images/image[1] = (element)",
      "images/image[1]/@type = primary",
      "images/image[1]/@width = 600",
      "images/image[1]/@uri = u",
      "images/image[1]/@uri150 = v",
      "images/image[2] = (element)",
      "id = 12",
      "name[1] = (element)",
      "name[1]/text() = A",
      "name = A",
      "realname[1] = (element)",
      "profile = p\nq",
      "data_quality = Correct",
      "urls/url[1] = http://a",
      "urls/url[2] = http://b",
      "namevariations/name[1] = (element)",
      "namevariations/name[1]/text() = A.",
      "namevariations/name[2] = (element)",
      "namevariations/name[3] = (element)",
      "namevariations/name[3]/text() = B.",
      "aliases/name[1] = (element)",
      "aliases/name[1]/@id = 3",
      "aliases/name[1]/text() = C",
      "aliases/name[2] = (element)",
      "aliases/name[2]/text() = D",
      "aliases/name[3] = (element)",
      "members/name[1] = (element)",
      "members/name[1]/@id = 4",
      "members/name[1]/text() = E",
      "members/name[2] = (element)",
      "members/name[2]/@id = 5",
      "members/name[3] = (element)",
      "members/name[3]/@id = 6",
      "members/name[3]/text() = F",
      "members/name[4] = (element)",
      "members/name[4]/text() = G",
      "members/name[5] = (element)",
      "groups/name[1] = (element)",
      "groups/name[1]/@id = 7",
      "groups/name[1]/text() = H",
    ],
    rows: {
      artists_v1_typed: [
        {
          artist_id: 12n,
          name: "A",
          realname: null,
          profile: "p\nq",
          data_quality: "Correct",
          url_list: ["http://a", "http://b"],
        },
      ],
      artist_images_v1: [
        { image_no: 1n, type: "primary", width: 600n, height: null, uri: "u", uri150: "v" },
        { image_no: 2n, type: null, width: null, height: null, uri: null, uri150: null },
      ],
      artist_names_v1: [
        { kind: "name", name_no: 1n, name: "A" },
        { kind: "realname", name_no: 1n, name: null },
        { kind: "namevariation", name_no: 1n, name: "A." },
        { kind: "namevariation", name_no: 2n, name: null },
        { kind: "namevariation", name_no: 3n, name: "B." },
      ],
      artist_relations_v1: [
        { kind: "alias", relation_no: 1n, related_id: 3n, name: "C" },
        { kind: "alias", relation_no: 2n, related_id: null, name: "D" },
        { kind: "alias", relation_no: 3n, related_id: 0n, name: null },
        { kind: "member", relation_no: 1n, related_id: 4n, name: "E" },
        { kind: "member", relation_no: 2n, related_id: 5n, name: null },
        { kind: "member", relation_no: 3n, related_id: 6n, name: "F" },
        { kind: "member", relation_no: 4n, related_id: null, name: "G" },
        { kind: "member", relation_no: 5n, related_id: null, name: null },
        { kind: "group", relation_no: 1n, related_id: 7n, name: "H" },
      ],
    },
  },
  label: {
    xml: `<label id="5"><images><image uri="u"/></images><id>5</id><name>L</name><contactinfo>c</contactinfo>
      <profile>p</profile><data_quality>d</data_quality><parentLabel id="3">P</parentLabel><urls><url>u</url></urls>
      <sublabels><label id="8">S, T</label><label/></sublabels></label>`,
    normal: [
      "images/image[1] = (element)",
      "images/image[1]/@uri = u",
      "id = 5",
      "name = L",
      "contactinfo = c",
      "profile = p",
      "data_quality = d",
      "parentLabel/@id = 3",
      "parentLabel = P",
      "urls/url[1] = u",
      "sublabels/label[1] = (element)",
      "sublabels/label[1]/@id = 8",
      "sublabels/label[1]/text() = S, T",
      "sublabels/label[2] = (element)",
    ],
    rows: {
      labels_v10: [
        {
          label_id: 5n,
          name: "L",
          contact_info: "c",
          profile: "p",
          data_quality: "d",
          parent_label_id: 3n,
          parent_label_name: "P",
          url_list: ["u"],
        },
      ],
      label_images_v1: [{ image_no: 1n, type: null, width: null, height: null, uri: "u", uri150: null }],
      label_sublabels_v1: [
        { sublabel_no: 1n, sublabel_id: 8n, sublabel_name: "S, T" },
        { sublabel_no: 2n, sublabel_id: null, sublabel_name: null },
      ],
    },
  },
  master: {
    xml: `<master id="9"><main_release>0</main_release><images><image height="007"/></images>
      <artists><artist><id>0</id><name/></artist><artist><id>1</id><name>A</name><anv>B</anv><join>,</join><role/><tracks/>
      </artist></artists><genres><genre>G</genre></genres><styles><style/><style>S</style></styles><notes>n</notes>
      <year>0</year><title>T</title><data_quality>d</data_quality>
      <videos><video src="s" duration="12" embed="true"><title>t</title><description>e</description></video>
      <video embed="yes"/></videos></master>`,
    normal: [
      "@id = 9",
      "images/image[1] = (element)",
      "images/image[1]/@height = 7",
      "artists/artist[1]/id = 1",
      "artists/artist[1]/name = A",
      "artists/artist[1]/anv = B",
      "artists/artist[1]/join = ,",
      "genres/genre[1] = G",
      "styles/style[1] = S",
      "notes = n",
      "year = 0",
      "title = T",
      "data_quality = d",
      "videos/video[1] = (element)",
      "videos/video[1]/@src = s",
      "videos/video[1]/@duration = 12",
      "videos/video[1]/@embed = true",
      "videos/video[1]/title = t",
      "videos/video[1]/description = e",
      "videos/video[2] = (element)",
    ],
    rows: {
      masters_v1_typed: [
        {
          master_id: 9n,
          main_release_id: 0n,
          title: "T",
          year: 0n,
          data_quality: "d",
          artist_refs: [{ artist_id: 1n, name: "A", anv: "B", join_text: "," }],
          genre_list: ["G"],
          style_list: ["S"],
          notes: "n",
        },
      ],
      master_images_v1: [{ image_no: 1n, type: null, width: null, height: 7n, uri: null, uri150: null }],
      master_videos_v1: [
        { video_no: 1n, src: "s", duration_seconds: 12n, embed: true, title: "t", description: "e" },
        { video_no: 2n, src: null, duration_seconds: null, embed: null, title: null, description: null },
      ],
    },
  },
  release: {
    xml: `<release id="7" status="Accepted"><images><image/></images>
      <artists><artist><id>1</id><name>A</name><join>&amp;</join></artist></artists><title>T</title>
      <labels><label name="L" catno="" id="2"/><label/><label catno="none"/></labels>
      <series><series name="S" catno="3" id="4"/></series>
      <extraartists><artist><id>0</id><name>B</name><role>Producer [Executive]</role><tracks>A1 to A2</tracks></artist>
      </extraartists>
      <formats><format name="LP" qty="99999999999999999999" text="red"><descriptions><description>Album</description>
      <description/></descriptions></format><format name="CD"/></formats>
      <genres><genre>Folk, World, &amp; Country</genre></genres><styles><style>S</style></styles><country>US</country>
      <released>1980s</released><notes>n</notes><data_quality>d</data_quality>
      <master_id is_main_release="false">5</master_id>
      <tracklist>
        <track><position>A1</position><title>one</title><duration>4:61</duration>
          <artists><artist><id>6</id><name>C</name></artist></artists>
          <extraartists><artist><name>D</name><role>Bass</role></artist><artist/></extraartists></track>
        <track/>
        <track><title>two</title>
          <sub_tracks><track><position>B1</position><artists><artist><name>E</name></artist></artists></track>
          <track><title>three</title></track></sub_tracks></track>
        <track><title>four</title><extraartists><artist><name>F</name></artist></extraartists></track>
      </tracklist>
      <identifiers><identifier type="Barcode" description="text" value="5"/><identifier type="Other">in it</identifier>
      </identifiers>
      <videos><video duration="1:00" embed="false"/></videos>
      <companies><company><id>8</id><name>G</name><catno>9</catno><entity_type>17</entity_type>
      <entity_type_name>Pressed By</entity_type_name><resource_url>r</resource_url></company><company/></companies>
      </release>`,
    normal: [
      "@id = 7",
      "@status = Accepted",
      "images/image[1] = (element)",
      "artists/artist[1] = (element)",
      "artists/artist[1]/id = 1",
      "artists/artist[1]/name = A",
      "artists/artist[1]/join = &",
      "title = T",
      "labels/label[1]/@name = L",
      "labels/label[1]/@id = 2",
      "labels/label[2]/@catno = none",
      "series/series[1] = (element)",
      "series/series[1]/@name = S",
      "series/series[1]/@catno = 3",
      "series/series[1]/@id = 4",
      "extraartists/artist[1] = (element)",
      "extraartists/artist[1]/name = B",
      "extraartists/artist[1]/role = Producer [Executive]",
      "extraartists/artist[1]/tracks = A1 to A2",
      "formats/format[1] = (element)",
      "formats/format[1]/@name = LP",
      "formats/format[1]/@qty = 99999999999999999999",
      "formats/format[1]/@text = red",
      "formats/format[1]/descriptions/description[1] = Album",
      "formats/format[2] = (element)",
      "formats/format[2]/@name = CD",
      "genres/genre[1] = Folk, World, & Country",
      "styles/style[1] = S",
      "country = US",
      "released = 1980s",
      "notes = n",
      "data_quality = d",
      "master_id/@is_main_release = false",
      "master_id = 5",
      "tracklist/track[1] = (element)",
      "tracklist/track[1]/position = A1",
      "tracklist/track[1]/title = one",
      "tracklist/track[1]/duration = 4:61",
      "tracklist/track[1]/artists/artist[1] = (element)",
      "tracklist/track[1]/artists/artist[1]/id = 6",
      "tracklist/track[1]/artists/artist[1]/name = C",
      "tracklist/track[1]/extraartists/artist[1] = (element)",
      "tracklist/track[1]/extraartists/artist[1]/name = D",
      "tracklist/track[1]/extraartists/artist[1]/role = Bass",
      "tracklist/track[1]/extraartists/artist[2] = (element)",
      "tracklist/track[2] = (element)",
      "tracklist/track[3] = (element)",
      "tracklist/track[3]/title = two",
      "tracklist/track[3]/sub_tracks/track[1] = (element)",
      "tracklist/track[3]/sub_tracks/track[1]/position = B1",
      "tracklist/track[3]/sub_tracks/track[1]/artists/artist[1] = (element)",
      "tracklist/track[3]/sub_tracks/track[1]/artists/artist[1]/name = E",
      "tracklist/track[3]/sub_tracks/track[2] = (element)",
      "tracklist/track[3]/sub_tracks/track[2]/title = three",
      "tracklist/track[4] = (element)",
      "tracklist/track[4]/title = four",
      "tracklist/track[4]/extraartists/artist[1] = (element)",
      "tracklist/track[4]/extraartists/artist[1]/name = F",
      "identifiers/identifier[1] = (element)",
      "identifiers/identifier[1]/@type = Barcode",
      "identifiers/identifier[1]/@description = text",
      "identifiers/identifier[1]/@value = 5",
      "identifiers/identifier[2] = (element)",
      "identifiers/identifier[2]/@type = Other",
      "identifiers/identifier[2]/@value = in it",
      "videos/video[1] = (element)",
      "videos/video[1]/@embed = false",
      "companies/company[1] = (element)",
      "companies/company[1]/id = 8",
      "companies/company[1]/name = G",
      "companies/company[1]/catno = 9",
      "companies/company[1]/entity_type = 17",
      "companies/company[1]/entity_type_name = Pressed By",
      "companies/company[1]/resource_url = r",
      "companies/company[2] = (element)",
    ],
    rows: {
      releases_v6: [
        {
          release_id: 7n,
          status: "Accepted",
          title: "T",
          country: "US",
          released: "1980s",
          notes: "n",
          data_quality: "d",
          master_id: 5n,
          is_main_release: false,
          label_refs: [
            { label_id: 2n, name: "L", catno: null },
            { label_id: null, name: null, catno: "none" },
          ],
          genre_list: ["Folk, World, & Country"],
          style_list: ["S"],
        },
      ],
      release_images_v1: [{ image_no: 1n, type: null, width: null, height: null, uri: null, uri150: null }],
      release_credits_v1: [
        credit(null, false, 1n, { artist_id: 1n, name: "A", join_text: "&" }),
        credit(null, true, 1n, { name: "B", role: "Producer [Executive]", tracks: "A1 to A2" }),
        credit(1n, false, 1n, { artist_id: 6n, name: "C" }),
        credit(1n, true, 1n, { name: "D", role: "Bass" }),
        credit(1n, true, 2n, {}),
        credit(4n, false, 1n, { name: "E" }),
        credit(6n, true, 1n, { name: "F" }),
      ],
      release_series_v1: [{ series_no: 1n, series_id: 4n, name: "S", catno: "3" }],
      release_formats_v1: [
        {
          format_no: 1n,
          name: "LP",
          qty: "99999999999999999999",
          format_text: "red",
          description_list: ["Album"],
        },
        { format_no: 2n, name: "CD", qty: null, format_text: null, description_list: null },
      ],
      release_tracks_v1: [
        track(1n, null, { position: "A1", title: "one", duration: "4:61" }),
        track(2n, null, {}),
        track(3n, null, { title: "two" }),
        track(4n, 3n, { position: "B1" }),
        track(5n, 3n, { title: "three" }),
        track(6n, null, { title: "four" }),
      ],
      release_identifiers_v1: [
        { identifier_no: 1n, type: "Barcode", description: "text", value: "5" },
        { identifier_no: 2n, type: "Other", description: null, value: "in it" },
      ],
      release_videos_v1: [
        { video_no: 1n, src: null, duration_seconds: null, embed: false, title: null, description: null },
      ],
      release_companies_v1: [
        {
          company_no: 1n,
          company_id: 8n,
          name: "G",
          catno: "9",
          entity_type: 17n,
          entity_type_name: "Pressed By",
          resource_url: "r",
        },
        {
          company_no: 2n,
          company_id: null,
          name: null,
          catno: null,
          entity_type: null,
          entity_type_name: null,
          resource_url: null,
        },
      ],
    },
  },
};

function credit(track_no: bigint | null, is_extra: boolean, credit_no: bigint, values: Row): Row {
  const empty = { artist_id: null, name: null, anv: null, join_text: null, role: null, tracks: null };
  return { track_no, is_extra, credit_no, ...empty, ...values };
}

function track(track_no: bigint, parent_track_no: bigint | null, values: Row): Row {
  return { track_no, parent_track_no, position: null, title: null, duration: null, ...values };
}
