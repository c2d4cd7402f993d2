import type { ExtractedDataset } from "../../datasets/declaration.ts";
import type { Column } from "../../datasets/types.ts";
import { unpackColumns } from "../../parquet/packed_columns.ts";
import { PartRows, type PlainPart } from "../../parquet/part_rows.ts";
import type { EndJob, PartCall } from "./worker_messages.ts";

/** Collects the parts of all datasets from messages. */
export class PartCollector {
  readonly #datasets: readonly { columns: readonly Column[]; parts: PartRows }[];

  constructor(datasets: readonly ExtractedDataset[]) {
    this.#datasets = datasets.map((dataset) => ({ columns: dataset.columns, parts: new PartRows(dataset) }));
  }

  call(call: PartCall): void {
    const { columns, parts } = this.#dataset(call.dataset);
    if (call.name === "begin") parts.begin(call.path);
    else if (call.name === "take") parts.take(unpackColumns(call.packed, columns));
    else parts.append(call.from, call.to);
  }

  end({ dataset }: EndJob): PlainPart {
    return this.#dataset(dataset).parts.end();
  }

  #dataset(dataset: number) {
    const found = this.#datasets[dataset];
    if (found === undefined) throw new TypeError(`there is no dataset ${dataset}`);
    return found;
  }
}
