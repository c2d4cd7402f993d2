/** What Digdag itself prints for a successful run: its version, its log, and the place of its state. */
const OF_DIGDAG = [
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}(: Digdag v| \[(INFO|DEBUG|TRACE)\] )/,
  /^Success\. Task state is saved at /,
  /^ {2}\* Use --(session|rerun)\b/,
];

/** Whether a line is Digdag's own and reports no problem. */
export function isOfDigdag(line: string): boolean {
  return OF_DIGDAG.some((pattern) => pattern.test(line));
}

/** Writes its input to a stream, line by line, without Digdag's own lines. */
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
