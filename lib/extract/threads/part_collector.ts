import type { ExtractedDataset } from "../../datasets/declaration.ts";
import { PartRows, type PlainPart } from "../../parquet/part_rows.ts";
import type { EndJob, Message } from "./worker_messages.ts";

/** Collects the parts of all datasets from messages. */
export class PartCollector {
  readonly #datasets: readonly PartRows[];

  constructor(datasets: readonly ExtractedDataset[]) {
    this.#datasets = datasets.map((dataset) => new PartRows(dataset));
  }

  call({ dataset, call }: Message): void {
    const rows = this.#rowsOf(dataset);
    if (call.name === "begin") rows.begin(call.path);
    else if (call.name === "take") rows.take(call.columns);
    else rows.append(call.from, call.to);
  }

  end({ dataset }: EndJob): PlainPart {
    return this.#rowsOf(dataset).end();
  }

  #rowsOf(dataset: number): PartRows {
    const found = this.#datasets[dataset];
    if (found === undefined) throw new TypeError(`there is no dataset ${dataset}`);
    return found;
  }
}
