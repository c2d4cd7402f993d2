import {
  FIELD_BYTES,
  IN_RECORD,
  ITEMS,
  layoutOf,
  SEVERAL,
  type Struct,
  type StructField,
  sourceKinds,
  structs,
} from "./structs.ts";

const TYPES = { place: "usize", u32: "u32", i32: "i32", i64: "i64", v128: "v128" } as const;

/** Generates `assembly/structs.ts`: the structs and constants shared with the module, as AssemblyScript. */
export function assemblyStructs(): string {
  const constants = [
    ...sourceKinds.map((kind, index) => constant(kind.toUpperCase(), "i32", index)),
    constant("IN_RECORD", "i32", IN_RECORD),
    constant("SEVERAL", "u32", SEVERAL),
    constant("ITEMS", "u32", ITEMS),
    constant("FIELD_BYTES", "u32", FIELD_BYTES),
    constant("ITEM_BYTES", "u32", layoutOf("Item").bytes),
  ];
  const classes = Object.entries(structs).map(([name, struct]) => classOf(name, struct));
  return [
    "// Made by scripts/compile_parser.ts from lib/parser/structs.ts.\n",
    constants.join(""),
    ...classes,
  ].join("\n");
}

const constant = (name: string, type: string, value: number) => `export const ${name}: ${type} = ${value};\n`;

function classOf(name: string, { about, base, fields }: Struct): string {
  const heading = `/** ${about} */\n@unmanaged\nexport class ${name}${base === undefined ? "" : ` extends ${base}`} {\n`;
  return `${heading}${Object.entries(fields).map(memberOf).join("")}}\n`;
}

function memberOf([name, { type, about, of = TYPES[type], maybe = false }]: [string, StructField]): string {
  return `  /** ${about} */\n  ${name}: ${of}${maybe ? " | null" : ""};\n`;
}
