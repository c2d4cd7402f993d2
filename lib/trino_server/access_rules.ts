/** The user of the readiness probe, and the schema that it creates and drops. */
export const PROBE_USER = "probe";
/** Schema that checks of the access rules create and drop. */
export const PROBE_SCHEMA = "discogs_trino_probe";

/**
 * Rules of Trino's file-based access control for a lake (`access-control.name=file`). `lakeUser`, as whom the scripts run, may
 * create and drop tables and views and append to the history's tables. No one may insert into the tables of a run, whose files
 * are sealed, or update or delete. Everyone else may only read. A privilege granted by no rule is denied.
 */
export function accessRules(lakeUser: string, catalog: string) {
  const user = escaped(lakeUser);
  return {
    schemas: [
      { user, catalog, owner: true },
      { user: PROBE_USER, catalog, schema: PROBE_SCHEMA, owner: true },
      { owner: false },
    ],
    tables: [
      { user, catalog, schema: "discogs(_r_.*)?", privileges: ["SELECT", "GRANT_SELECT", "OWNERSHIP"] },
      { user, catalog, privileges: ["SELECT", "GRANT_SELECT", "OWNERSHIP", "INSERT"] },
      { user: PROBE_USER, catalog, schema: PROBE_SCHEMA, privileges: ["SELECT", "OWNERSHIP"] },
      { privileges: ["SELECT"] },
    ],
    // ALTER TABLE ... EXECUTE optimize rewrites a table's files and removes the old ones without consulting any table rule. It
    // requires this session property, which is off.
    catalog_session_properties: [
      { property: "non_transactional_optimize_enabled", allow: false },
      { allow: true },
    ],
  };
}

/** The rules take user names as patterns. */
const escaped = (name: string) => name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
