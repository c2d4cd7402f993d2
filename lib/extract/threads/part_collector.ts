import type { ExtractedDataset } from "../../datasets/declaration.ts";
import { PartRows, type PlainPart, type RowTotals } from "../../parquet/part_rows.ts";
import type { EndJob, PartCall, TotalsJob } from "./worker_messages.ts";

/** Collects the parts of all datasets from messages. */
export class PartCollector {
  readonly #parts: readonly PartRows[];

  constructor(datasets: readonly ExtractedDataset[]) {
    this.#parts = datasets.map((dataset) => new PartRows(dataset));
  }

  call(call: PartCall): void {
    const parts = this.#partsOf(call.dataset);
    if (call.name === "begin") parts.begin(call.path);
    else if (call.name === "take") parts.take(call.packed);
    else parts.append(call.from, call.to);
  }

  end({ dataset }: EndJob): PlainPart {
    return this.#partsOf(dataset).end();
  }

  totals({ dataset }: TotalsJob): RowTotals {
    return this.#partsOf(dataset).totals();
  }

  #partsOf(dataset: number): PartRows {
    const found = this.#parts[dataset];
    if (found === undefined) throw new TypeError(`there is no dataset ${dataset}`);
    return found;
  }
}
