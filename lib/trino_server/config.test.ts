import assert from "node:assert/strict";
import { test } from "node:test";
import { ExpectedError } from "../cli/errors.ts";
import { catalogProperties } from "./config.ts";

/** How Java's `Properties.load` reads a value: the file is Latin-1, so characters beyond ASCII must be escaped. */
function asJavaReads(text: string, name: string): string | undefined {
  const line = text.split("\n").find((each) => each.startsWith(`${name}=`));
  return line
    ?.slice(name.length + 1)
    .replace(/^[ \t\f]+/, "")
    .replace(/\\(?:u([0-9a-f]{4})|(.))/g, (_, code?: string, plain?: string) =>
      code === undefined ? (plain ?? "") : String.fromCharCode(Number.parseInt(code, 16)),
    );
}

for (const lake of ["/lake", "/Müsik ✓ 日本/🎵", " /blank first", "/a\\b", "/a=b:c#d!e", "/end "]) {
  test(`Java reads the path ${JSON.stringify(lake)} unchanged`, () => {
    const text = catalogProperties(lake);
    assert.match(text, /^[\n\x20-\x7e]*$/);
    assert.equal(asJavaReads(text, "local.location"), lake);
  });
}

test("refuses a path that a configuration can't express", () => {
  for (const lake of ["/a\nb", "/a\rb", `/\${ENV:HOME}`]) {
    assert.throws(() => catalogProperties(lake), ExpectedError);
  }
});
