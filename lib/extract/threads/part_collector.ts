import type { ExtractedDataset } from "../../datasets/declaration.ts";
import type { ColumnData } from "../../parquet/column_buffers.ts";
import { PartRows, type PlainPart } from "../../parquet/part_rows.ts";
import type { EndJob, Message } from "./worker_messages.ts";

/** Collects the parts of all datasets from messages. */
export class PartCollector {
  readonly #datasets: { parts: PartRows; columns: readonly ColumnData[] }[];

  constructor(datasets: readonly ExtractedDataset[]) {
    this.#datasets = datasets.map(({ columns }) => ({ parts: new PartRows(columns), columns: [] }));
  }

  /** Takes rows, or adds some of those that it took last to the part at hand. */
  take(message: Message): void {
    const dataset = this.#of(message);
    if (message.kind === "rows") dataset.columns = message.columns;
    else dataset.parts.add(message.path, dataset.columns, message.from, message.to);
  }

  end(job: EndJob): PlainPart {
    return this.#of(job).parts.end(job.path);
  }

  #of({ dataset }: { dataset: number }) {
    const found = this.#datasets[dataset];
    if (found === undefined) throw new TypeError(`there is no dataset ${dataset}`);
    return found;
  }
}
