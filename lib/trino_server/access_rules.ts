/** The user of the readiness probe, and the schema that it makes and drops. */
export const PROBE_USER = "probe";
/** Schema that checks of the access rules create and drop. */
export const PROBE_SCHEMA = "discogs_trino_probe";

/**
 * Rules of Trino's file-based access control for a lake (`access-control.name=file`). `lakeUser` is whom the scripts
 * act as. It makes and drops tables and views, and appends to the history's; nobody inserts into the tables of a run,
 * whose files are sealed, nor updates or deletes. Everybody else only reads. A privilege that no rule gives is refused.
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
    // ALTER TABLE ... EXECUTE optimize writes a table's files anew and removes the old ones, and no rule about tables is
    // asked before: it takes this property, which is off.
    catalog_session_properties: [
      { property: "non_transactional_optimize_enabled", allow: false },
      { allow: true },
    ],
  };
}

/** Names of users are patterns in the rules. */
const escaped = (name: string) => name.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
