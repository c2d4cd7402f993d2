import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { escaped, html, trusted } from "./html.ts";

test("escapes values, keeps markup, and omits absent values", () => {
  const row = html`<td title="${`"a" & 'b'`}">${"<b>"}</td>`;
  assert.equal(row.text, `<td title="&quot;a&quot; &amp; &#39;b&#39;">&lt;b&gt;</td>`);
  assert.equal(html`${row}${undefined}${false}${[1, 2n, html`<i>`]}`.text, `${row.text}12<i>`);
  assert.equal(html`${trusted("<svg>")}`.text, "<svg>");
});

test("escaped text has no markup and unescapes to the same text", () => {
  const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const safe = escaped(text);
      assert.doesNotMatch(safe, /[<>"']/);
      assert.equal(
        safe.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name] ?? ""),
        text,
      );
    }),
  );
});
