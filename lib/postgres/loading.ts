import { oneLine } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import { type Connection, cancelStatement, connectPostgres, postgresError } from "./connection.ts";
import { type Schemas, schemasOf, withLoadLock } from "./schemas.ts";

/** Where a schema is loaded. */
export interface LoadTarget {
  url: string;
  schema: string;
  log: Logger;
  /** Ends the load when it is aborted, as an error does. */
  signal: AbortSignal;
}

/**
 * Runs `load` on a connection of its own, as the only one that loads the schema. The running statement is cancelled when
 * the signal is aborted; statements that are to run to the end after that, e.g. to clean up, must wait for `cancelled`.
 * @throws ExpectedError with what the server answered, in one line
 */
export async function whileLoading<T>(
  { url, schema, log, signal }: LoadTarget,
  load: (connection: Connection, schemas: Schemas, cancelled: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const schemas = schemasOf(schema);
  const connection = await connectPostgres(url);
  let cancelling = Promise.resolve();
  const cancel = () => {
    cancelling = cancelStatement(connection, url).catch((error: unknown) =>
      log.warn(`the running statement could not be cancelled: ${oneLine(error)}`),
    );
  };
  signal.addEventListener("abort", cancel);
  try {
    return await withLoadLock(connection, schemas.target, () => load(connection, schemas, () => cancelling));
  } catch (error) {
    throw signal.aborted ? signal.reason : postgresError(error, connection.where);
  } finally {
    signal.removeEventListener("abort", cancel);
    await connection.client.end();
  }
}
