import type { SqlEngine } from "./engine.ts";

/** An engine that counts what it is asked to do. */
export interface CountingEngine extends SqlEngine {
  /** Calls so far that read: queries, and looks at schemas and their objects. */
  readings(): number;
  /** Calls so far that change something: schemas, tables, views, rows. */
  changes(): number;
}

/**
 * Counts the calls of an engine, one for each statement of the interface. What an engine sends for such a call may be
 * more than one statement (see `TrinoEngine.statementsSent`).
 */
export function countStatements(engine: SqlEngine): CountingEngine {
  let readings = 0;
  let changes = 0;
  const reading = <A extends unknown[], R>(call: (...args: A) => R) => {
    return (...args: A): R => {
      readings += 1;
      return call(...args);
    };
  };
  const changing = <A extends unknown[], R>(call: (...args: A) => R) => {
    return (...args: A): R => {
      changes += 1;
      return call(...args);
    };
  };
  return {
    name: engine.name,
    resolvesActive: engine.resolvesActive,
    query: reading(engine.query),
    stream: reading(engine.stream),
    schemas: reading(engine.schemas),
    objects: reading(engine.objects),
    locations: reading(engine.locations),
    placedObjects: reading(engine.placedObjects),
    atOnce: engine.atOnce,
    createSchema: changing(engine.createSchema),
    externalTable: changing(engine.externalTable),
    view: changing(engine.view),
    drop: changing(engine.drop),
    appendRows: changing(engine.appendRows),
    close: engine.close,
    readings: () => readings,
    changes: () => changes,
  };
}
