import type { SqlEngine } from "./engine.ts";

/** An engine that counts its calls. */
export interface CountingEngine extends SqlEngine {
  /** Reading calls so far: queries, and listings of schemas and their objects. */
  readings(): number;
  /** Writing calls so far: changes of schemas, tables, views, rows. */
  changes(): number;
}

/**
 * Counts the calls of an engine, one per statement of the interface. An engine may send several statements for one call (see
 * `TrinoEngine.statementsSent`).
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
    requireRun: engine.requireRun,
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
