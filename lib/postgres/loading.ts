import { ExpectedError, oneLine } from "../cli/errors.ts";
import type { Logger } from "../cli/log.ts";
import {
  type Connection,
  cancelStatement,
  connectPostgres,
  postgresError,
  UnansweredCommitError,
} from "./connection.ts";
import { reportingWaits } from "./report_waits.ts";
import { type Schemas, schemasOf, withLoadLock } from "./schemas.ts";

/** Where a schema is loaded. */
export interface LoadTarget {
  url: string;
  schema: string;
  log: Logger;
  /** Ends the load when it is aborted, as an error does. */
  signal: AbortSignal;
  /** Milliseconds after which the user is told what a statement waits for, and a server counts as silent (default 15000). */
  patienceMs?: number;
}

const PATIENCE_MS = 15_000;

/**
 * Runs `load` on a connection of its own, as the only one that loads the schema. When the signal is aborted, the running
 * statement is cancelled, or if the server does not do that, or the statement does not end after it, the connection is closed;
 * statements that are to run to the end after that, e.g. to clean up, must wait for `cancelled`.
 * @throws ExpectedError with what the server answered, in one line
 */
export async function whileLoading<T>(
  { url, schema, log, signal, patienceMs = PATIENCE_MS }: LoadTarget,
  load: (connection: Connection, schemas: Schemas, cancelled: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const schemas = schemasOf(schema);
  const connection = await connectPostgres(url);
  let cancelling = Promise.resolve();
  let closing: NodeJS.Timeout | undefined;
  const close = async (why: string) => {
    log.warn(
      `the running statement ${why}; the server undoes what is not committed when it notices that the connection is closed`,
    );
    await connection.client.end();
  };
  const cancel = () => {
    log.info("cancelling the running statement; to end at once, interrupt again");
    cancelling = cancelStatement(connection, url, patienceMs).then(
      () => {
        closing = setTimeout(() => close(`did not end within ${patienceMs / 1000} s`), patienceMs);
      },
      (error: unknown) => close(`could not be cancelled: ${oneLine(error)}`),
    );
  };
  const cancelled = async () => {
    await cancelling;
    clearTimeout(closing);
  };
  signal.addEventListener("abort", cancel);
  try {
    return await reportingWaits(connection, { url, log, patienceMs }, () =>
      withLoadLock(connection, schemas.target, () => load(connection, schemas, cancelled)),
    );
  } catch (error) {
    throw failure(error, signal, connection.where);
  } finally {
    signal.removeEventListener("abort", cancel);
    await cancelled();
    await connection.client.end();
  }
}

/** Why a load ended. The reason of an abort says that the schema is unchanged, which is not known of an unanswered COMMIT. */
function failure(error: unknown, { aborted, reason }: AbortSignal, where: string): unknown {
  if (!(error instanceof UnansweredCommitError)) return aborted ? reason : postgresError(error, where);
  const { exitCode } = reason instanceof ExpectedError ? reason : error;
  return new ExpectedError(`PostgreSQL at ${where}: ${error.message}`, { exitCode, cause: error });
}
