import { schemaNameOf } from "../files/run_id.ts";
import { type RegisterContext, whileNoOtherMakes } from "./register_run.ts";

/**
 * Drops the tables and views in the schema of a run that is no longer in the lake. Returns their number; registering the run
 * creates them again.
 */
export async function unregisterRunSchema(context: RegisterContext, runId: string): Promise<number> {
  const { engine } = context;
  const schema = schemaNameOf(runId);
  return whileNoOtherMakes(context, schema, () =>
    engine.atOnce(schema, async () => {
      const objects = await engine.objects(schema);
      const views = objects.filter(({ kind }) => kind === "view");
      const tables = objects.filter(({ kind }) => kind === "table");
      for (const object of [...views, ...tables]) await engine.drop(schema, object);
      return objects.length;
    }),
  );
}
