/** What Digdag itself prints of a run that goes well: its version, its log, and where its state is. */
const OF_DIGDAG = [
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}(: Digdag v| \[(INFO|DEBUG|TRACE)\] )/,
  /^Success\. Task state is saved at /,
  /^ {2}\* Use --(session|rerun)\b/,
];

/** Whether a line is of Digdag itself, and tells of nothing that went wrong. */
export function isOfDigdag(line: string): boolean {
  return OF_DIGDAG.some((pattern) => pattern.test(line));
}

/** Writes what it takes to a stream, line by line, without those of Digdag itself. */
export function lineFilter(stream: NodeJS.WritableStream) {
  let rest = Buffer.alloc(0);
  const show = (line: Buffer) => {
    if (!isOfDigdag(line.toString("utf8"))) stream.write(line);
  };
  return {
    take(chunk: Buffer): void {
      rest = Buffer.concat([rest, chunk]);
      for (let end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n")) {
        show(rest.subarray(0, end + 1));
        rest = rest.subarray(end + 1);
      }
    },
    end(): void {
      if (rest.length > 0) show(rest);
    },
  };
}
