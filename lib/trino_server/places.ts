import { join } from "node:path";
import { lakePaths } from "../files/paths.ts";

/** Paths of a lake's local Trino, all below `<lake>/_meta/trino/`. */
export interface TrinoPlaces {
  root: string;
  /** The running process and its URL, see `state.ts`. */
  state: string;
  /** Held while starting or stopping the server. */
  lock: string;
  log: string;
  etc: string;
  catalogs: string;
  config: string;
  accessControl: string;
  /** The users' privileges, see `access_rules.ts`. */
  accessRules: string;
  temporary: string;
  /** A table of one row, scanned to check that the server works. */
  probe: string;
}

/** Directory of the file metastore, relative to the lake: schemas, tables and views outlive the server in it. */
export const METASTORE = "_meta/trino/metastore";
/** {@link TrinoPlaces.probe}, relative to the lake. */
export const PROBE = "_meta/trino/probe";

/** The paths of a lake's local Trino. */
export function trinoPlaces(lake: string): TrinoPlaces {
  const { meta, locks } = lakePaths(lake);
  const root = join(meta, "trino");
  const etc = join(root, "etc");
  return {
    root,
    state: join(root, "server.json"),
    lock: join(locks, "trino.lock"),
    log: join(root, "server.log"),
    etc,
    catalogs: join(etc, "catalog"),
    config: join(etc, "config.properties"),
    accessControl: join(etc, "access-control.properties"),
    accessRules: join(etc, "access-rules.json"),
    temporary: join(root, "tmp"),
    probe: join(lake, PROBE),
  };
}
