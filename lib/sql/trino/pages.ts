import type { QueryResult, ResultColumn, SqlValue } from "../engine.ts";
import type { Call } from "./call.ts";
import { ServerFaultError } from "./faults.ts";
import { patiently } from "./patience.ts";
import { unavailable } from "./statement_errors.ts";
import { decoder, type Page, parsePage, typeName } from "./wire.ts";

/** The pages of a statement from trino-client, which drops the first one, the response to the POST: it has no rows. */
export async function* readPages(call: Call, pages: AsyncIterator<unknown>): AsyncGenerator<QueryResult> {
  let columns: ResultColumn[] = [];
  let decoders: ((json: unknown) => SqlValue)[] = [];
  for (;;) {
    const { value, done } = await patiently(call, () => pages.next());
    const page = requirePage(call, value);
    if (done === true) return;
    if (page.columns !== undefined && decoders.length === 0) {
      decoders = page.columns.map(({ typeSignature }) => decoder(typeSignature));
      columns = page.columns.map(({ name, typeSignature }) => ({ name, type: typeName(typeSignature) }));
    }
    const rows = (page.data ?? []).map((row) => decoders.map((decode, index) => decode(row[index])));
    yield { columns, rows };
  }
}

/** Returns the page, or throws if it reports a failed statement, which trino-client takes for the end of the rows. */
function requirePage(call: Call, answer: unknown): Page {
  const page = parsePage(answer);
  if (page === undefined) throw unavailable(call, "not a response of Trino: check TRINO_URL");
  if (page.error !== undefined) throw new ServerFaultError(page.error, page.id);
  return page;
}
