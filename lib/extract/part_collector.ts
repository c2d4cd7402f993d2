import type { ExtractedDataset } from "../datasets/declaration.ts";
import type { DatasetFile } from "../lake/done.ts";
import type { ColumnData } from "../parquet/column_buffers.ts";
import { PartFiles } from "../parquet/part_file.ts";
import type { Message, WriteJob } from "./worker_messages.ts";

/** Collects the parts of all datasets from messages, and writes them. */
export class PartCollector {
  readonly #datasets: { parts: PartFiles; columns: readonly ColumnData[] }[];

  constructor(datasets: readonly ExtractedDataset[]) {
    this.#datasets = datasets.map(({ columns }) => ({ parts: new PartFiles(columns), columns: [] }));
  }

  /** Takes rows, or adds some of those that it took last to the part at hand. */
  take(message: Message): void {
    const dataset = this.#of(message);
    if (message.kind === "rows") dataset.columns = message.columns;
    else dataset.parts.add(message.path, dataset.columns, message.from, message.to);
  }

  write(job: WriteJob): Promise<DatasetFile> {
    return this.#of(job).parts.write(job.path);
  }

  #of({ dataset }: { dataset: number }) {
    const found = this.#datasets[dataset];
    if (found === undefined) throw new TypeError(`there is no dataset ${dataset}`);
    return found;
  }
}
