import assert from "node:assert/strict";
import { test } from "node:test";
import type { Html } from "../page/html.ts";
import { columnChart } from "./bar_chart.ts";
import { lineChart } from "./line_chart.ts";

/** The labels of a chart's value axis: the texts of its drawing that are numbers. */
function axisLabels(drawing: Html): string[] {
  const texts = [...drawing.text.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = ""]) => text);
  return texts.filter((text) => /^[\d.,]+$/.test(text));
}

test("an axis of few counts has whole numbers only, and one of other values has fractions", () => {
  const values = [0, 1, 2];
  const categories = values.map((value) => `m${value}`);
  const line = { id: "line", label: "line", categories, lines: [{ name: "a", values }] };
  const bars = values.map((value) => ({ name: `m${value}`, value, text: String(value) }));
  assert.deepEqual(axisLabels(lineChart({ ...line, text: String })), ["0", "1", "2"]);
  assert.deepEqual(axisLabels(columnChart({ id: "columns", label: "columns", bars })), ["0", "1", "2"]);
  assert.ok(axisLabels(lineChart({ ...line, text: String, axisText: String })).includes("0.5"));
});
