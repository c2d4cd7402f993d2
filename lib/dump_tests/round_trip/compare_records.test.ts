import assert from "node:assert/strict";
import { test } from "node:test";
import type { QueryResult } from "../../sql/engine.ts";
import type { XmlElement } from "../dump_records.ts";
import { type Comparison, RecordComparison } from "./compare_records.ts";
import { DatasetRows } from "./dataset_rows.ts";
import { recordShapes } from "./shapes.ts";

/** Two labels have the id 2; the rows do not tell to which of them the sublabel belongs. */
const LABELS: [bigint, string, string[]][] = [
  [1n, "One", ["a", "b"]],
  [2n, "Two", []],
  [3n, "Three", []],
  [2n, "Too", ["d"]],
  [4n, "Four", ["e"]],
];

const element = (name: string, text: string, children: XmlElement[] = []): XmlElement => ({
  name,
  attributes: {},
  children,
  text,
});

function label([id, name, sublabels]: (typeof LABELS)[number]): XmlElement {
  const items = sublabels.map((each) => element("label", each));
  return element("label", "", [
    element("id", String(id)),
    element("name", name),
    element("sublabels", "", items),
  ]);
}

async function* dump(labels: XmlElement[], together: number): AsyncGenerator<XmlElement[]> {
  for (let from = 0; from < labels.length; from += together) yield labels.slice(from, from + together);
}

/** Results as returned by the engine, this many rows at a time. */
async function* results(
  names: string[],
  rows: QueryResult["rows"],
  together: number,
): AsyncGenerator<QueryResult> {
  const columns = names.map((name) => ({ name, type: "" }));
  yield { columns, rows: [] };
  for (let from = 0; from < rows.length; from += together) {
    yield { columns, rows: rows.slice(from, from + together) };
  }
}

interface Sides {
  labels: typeof LABELS;
  dumped?: XmlElement[];
  isWhole?: boolean;
}

/** Compares labels of the datasets with a dump of LABELS, in batches of all sizes. */
async function compare({ labels, dumped = LABELS.map(label), isWhole = true }: Sides): Promise<Comparison> {
  const sublabels = labels.flatMap(([id, , names]) =>
    names.map((name, index) => [id, BigInt(index + 1), name]),
  );
  const ids = labels.map(([id]) => id);
  const outcomes = [];
  for (const together of [1, 2, 3, 100]) {
    const main = labels.map(([id, name]) => [id, name]);
    const datasets = new Map([
      ["labels_v10", new DatasetRows(results(["label_id", "name"], main, together), "label_id")],
      [
        "label_sublabels_v1",
        new DatasetRows(
          results(["label_id", "sublabel_no", "sublabel_name"], sublabels, together),
          "label_id",
        ),
      ],
    ]);
    const comparison = new RecordComparison({
      shape: recordShapes.label,
      datasets,
      repeated: new Set(ids.filter((id, index) => ids.indexOf(id) !== index)),
      kept: 1,
    });
    outcomes.push(await comparison.run(dump(dumped, together), isWhole));
  }
  for (const outcome of outcomes) assert.deepEqual(outcome, outcomes[0]);
  return outcomes[0] as Comparison;
}

const with_ = (index: number, entry: (typeof LABELS)[number]) => LABELS.with(index, entry);

test("assigns rows to records for any batch size, and counts records in no dataset", async () => {
  const none = element("label", "", [element("id", "9")]);
  const dumped = [none, ...LABELS.map(label), none];
  assert.deepEqual(await compare({ labels: LABELS, dumped }), {
    rebuilt: 5,
    leftOut: 2,
    differing: 0,
    first: [],
  });
});

test("names differences with their record, and keeps the first ones", async () => {
  const labels = with_(0, [1n, "One", ["a", "x"]]).with(2, [3n, "Tree", []]);
  assert.deepEqual(await compare({ labels }), {
    rebuilt: 5,
    leftOut: 0,
    differing: 2,
    first: [
      {
        id: 1n,
        numbers: [1],
        differences: [{ path: "sublabels/label[2]/text()", dumped: "b", rebuilt: "x" }],
      },
    ],
  });
});

test("detects a difference in one of two records with the same id", async () => {
  const { differing, first } = await compare({ labels: with_(3, [2n, "Too", ["x"]]) });
  assert.equal(differing, 2);
  assert.deepEqual(first, [
    {
      id: 2n,
      numbers: [2, 4],
      differences: [{ path: "sublabels/label[1]/text()", dumped: "d", rebuilt: "x" }],
    },
  ]);
  assert.equal((await compare({ labels: with_(1, [2n, "Two", ["d"]]) })).differing, 2);
});

test("missing, extra or reordered records stop the comparison", async () => {
  const broken = async (labels: typeof LABELS) => (await compare({ labels })).broken;
  const mainOf = "of which labels_v10 has 0 rows there, and";
  assert.equal(await broken(LABELS.slice(1)), `record 1: the id in the dump is 1, ${mainOf} then the id 2`);
  assert.equal(await broken(LABELS.slice(0, 4)), `record 5: the id in the dump is 4, ${mainOf} no more rows`);
  assert.equal(
    await broken(LABELS.toSpliced(3, 1)),
    `record 4: the id in the dump is 2, ${mainOf} then the id 4`,
  );
  assert.equal(
    await broken([...LABELS, [5n, "Five", []]]),
    "labels_v10 has rows of 5, but the dump has no such record",
  );
  assert.equal(
    await broken([...LABELS.slice(0, 3), [2n, "Too", []], ...LABELS.slice(3)]),
    "records 2, 4: the id in the dump is 2, of which labels_v10 has 3 rows there, and no more rows",
  );
  const [one, two, ...others] = LABELS;
  const swapped = [two, one, ...others].filter((each) => each !== undefined);
  assert.equal(await broken(swapped), `record 1: the id in the dump is 1, ${mainOf} then the id 2`);
});

test("comparing only the first records ignores later rows", async () => {
  const dumped = LABELS.slice(0, 1).map(label);
  const { rebuilt, broken } = await compare({ labels: LABELS, dumped, isWhole: false });
  assert.deepEqual([rebuilt, broken], [1, undefined]);
  assert.match((await compare({ labels: LABELS, dumped })).broken ?? "", /^labels_v10 has rows of 2/);
});
