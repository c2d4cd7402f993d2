import { z } from "zod";
import { JsonSyntaxError, parsePlainJson } from "../../json/json_text.ts";
import type { SqlValue } from "../engine.ts";

/** A type in Trino's protocol: a name and its arguments. */
export interface TypeSignature {
  rawType: string;
  arguments: TypeArgument[];
}

type TypeArgument =
  | { kind: "TYPE"; value: TypeSignature }
  | {
      kind: "NAMED_TYPE";
      value: { fieldName?: { name: string } | null | undefined; typeSignature: TypeSignature };
    }
  | { kind: "LONG"; value: number }
  | { kind: "VARIABLE"; value: string };

const typeSignature: z.ZodType<TypeSignature> = z.object({
  rawType: z.string(),
  get arguments() {
    return z.array(typeArgument);
  },
});
const namedType = z.object({
  fieldName: z.object({ name: z.string() }).nullish(),
  typeSignature: z.lazy(() => typeSignature),
});
const typeArgument: z.ZodType<TypeArgument> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("TYPE"), value: z.lazy(() => typeSignature) }),
  z.object({ kind: z.literal("NAMED_TYPE"), value: namedType }),
  z.object({ kind: z.literal("LONG"), value: z.number() }),
  z.object({ kind: z.literal("VARIABLE"), value: z.string() }),
]);

const serverFault = z.object({
  message: z.string(),
  errorName: z.string(),
  errorType: z.string(),
  errorLocation: z.object({ lineNumber: z.int(), columnNumber: z.int() }).optional(),
});
/** Why a statement failed, according to the server. */
export type ServerFault = z.infer<typeof serverFault>;

const page = z.object({
  id: z.string(),
  columns: z.array(z.object({ name: z.string(), typeSignature })).optional(),
  data: z.array(z.array(z.unknown())).nullish(),
  error: serverFault.optional(),
});
/** A response of `/v1/statement`. The last page of a statement may have an `error`. */
export type Page = z.infer<typeof page>;

/** The response as a page; undefined if it is something else, which Trino did not send. */
export function parsePage(answer: unknown): Page | undefined {
  const parsed = page.safeParse(answer);
  return parsed.success ? parsed.data : undefined;
}

/** The query id of a response; undefined if Trino did not send it. */
export function queryIdOf(answer: unknown): string | undefined {
  const id: unknown = typeof answer === "object" && answer !== null ? Reflect.get(answer, "id") : undefined;
  return typeof id === "string" ? id : undefined;
}

/** Integers that a JavaScript number may not hold. */
const LONG = /^-?\d{16,}$/;

/** Parses the JSON of a response, with long integers as strings of digits; any other text stays text. */
export function parseAnswer(text: unknown): unknown {
  if (typeof text !== "string" || !/^\s*[{[]/.test(text)) return text;
  try {
    return parsePlainJson(text, (digits) => (LONG.test(digits) ? digits : Number(digits)));
  } catch (error) {
    if (error instanceof JsonSyntaxError) return text;
    throw error;
  }
}

/** A type in the engine interface's spelling: upper case, no length, `ARRAY(ROW(a BIGINT, b VARCHAR))`. */
export function typeName({ rawType, arguments: args }: TypeSignature): string {
  const name = rawType.toUpperCase();
  if (name === "VARCHAR" || name === "CHAR" || args.length === 0) return name;
  const inner = `(${args.map(argumentName).join(", ")})`;
  const zoned = /^(TIMESTAMP|TIME)( WITH TIME ZONE)$/.exec(name);
  return zoned === null ? `${name}${inner}` : `${zoned[1]}${inner}${zoned[2]}`;
}

function argumentName(argument: TypeArgument): string {
  if (argument.kind === "TYPE") return typeName(argument.value);
  if (argument.kind !== "NAMED_TYPE") return String(argument.value);
  const { fieldName, typeSignature: type } = argument.value;
  return `${fieldName ? `${fieldName.name} ` : ""}${typeName(type)}`;
}

/** Converts the protocol's JSON for a value of this type to a value of the engine interface. */
export function decoder(type: TypeSignature): (json: unknown) => SqlValue {
  const decode = decoderOfPresent(type);
  return (json) => (json === null || json === undefined ? null : decode(json));
}

function decoderOfPresent(type: TypeSignature): (json: unknown) => SqlValue {
  switch (type.rawType) {
    case "bigint":
      return (json) => BigInt(json as string | number);
    case "integer":
    case "smallint":
    case "tinyint":
    case "double":
    case "real":
      return Number;
    case "boolean":
      return (json) => json === true;
    case "timestamp":
      return typeName(type) === "TIMESTAMP(3)" ? dateOf : textOf;
    case "array":
      return arrayDecoder(type);
    case "row":
      return rowDecoder(type);
    case "map":
      return mapDecoder(type);
    default:
      return textOf;
  }
}

const textOf = (json: unknown) => (typeof json === "string" ? json : JSON.stringify(json));

/** Text for a time that a Date can't hold, e.g. one of the year 290000. */
function dateOf(json: unknown): SqlValue {
  const text = String(json);
  const date = new Date(`${text.replace(" ", "T")}Z`);
  return Number.isNaN(date.getTime()) ? text : date;
}

function arrayDecoder(type: TypeSignature): (json: unknown) => SqlValue {
  const [item] = innerTypes(type).map(decoder);
  return (json) => (json as unknown[]).map((value) => (item === undefined ? null : item(value)));
}

function rowDecoder(type: TypeSignature): (json: unknown) => SqlValue {
  const fields = type.arguments.map((argument, index) => ({
    name: (argument.kind === "NAMED_TYPE" && argument.value.fieldName?.name) || `field${index}`,
    index,
  }));
  const decoders = innerTypes(type).map(decoder);
  return (json) => {
    const values = json as unknown[];
    return Object.fromEntries(
      fields.map(({ name, index }) => [name, decoders[index]?.(values[index]) ?? null]),
    );
  };
}

function mapDecoder(type: TypeSignature): (json: unknown) => SqlValue {
  const value = innerTypes(type).map(decoder)[1];
  return (json) =>
    Object.fromEntries(
      Object.entries(json as Record<string, unknown>).map(([key, item]) => [key, value?.(item) ?? null]),
    );
}

function innerTypes({ arguments: args }: TypeSignature): TypeSignature[] {
  return args.flatMap((argument) => {
    if (argument.kind === "TYPE") return [argument.value];
    return argument.kind === "NAMED_TYPE" ? [argument.value.typeSignature] : [];
  });
}
