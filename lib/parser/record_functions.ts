// Made by scripts/compile_parser.ts from lib/parser/assembly/.
/** The functions of the module that reads records; `lib/parser/assembly/index.ts` tells what each does. */
export interface RecordFunctions {
  start(around: number, recordBytes: number, sets: number): void;
  scan(from: number): number;
  append(): void;
  beginRecord(): number;
  openItem(element: number, outer: number, before: number): number;
  keepText(element: number, item: number, from: number, end: number): void;
  keepAttribute(attribute: number, item: number, from: number, end: number): void;
  parsedRecords(): number;
  parse(from: number, end: number): number;
  clearColumn(place: number): void;
  allocate(size: number): number;
  beginBlock(end: number, roomEnd: number): void;
}
