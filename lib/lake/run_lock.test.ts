import assert from "node:assert/strict";
import { test } from "node:test";
import { requiredDirectories } from "./building.ts";
import { discardRun } from "./discard.ts";
import { datasetName } from "./done.ts";
import { holdDatasets, holdRun } from "./run_lock.ts";
import { makeBuildingRun, makeLake } from "./testing/fixture_runs.ts";

const RUN = "2025-12__20260120_194923";
const OTHER = "2025-12__20260121_000000";
const nothing = async () => {};
const heldBy = (what: string) => new RegExp(`locked by pid ${process.pid} .*\\(${what},`);

test("datasets of a run can be written concurrently, each by one process", async () => {
  const lake = makeLake();
  await holdDatasets(lake, RUN, "ingest", ["releases_v6"], async () => {
    await holdDatasets(lake, RUN, "build", ["artist_name_map_v1"], nothing);
    await assert.rejects(
      holdDatasets(lake, RUN, "a second ingest", ["labels_v10", "releases_v6"], nothing),
      heldBy("ingest"),
    );
    await holdDatasets(lake, RUN, "others", ["labels_v10"], nothing);
    await holdDatasets(lake, OTHER, "ingest", ["releases_v6"], nothing);
  });
});

test("the run's lock and the locks of its datasets exclude each other", async () => {
  const lake = makeLake();
  for (const name of requiredDirectories.map(datasetName)) {
    await holdDatasets(lake, RUN, "ingest", [name], async () => {
      await assert.rejects(holdRun(lake, RUN, "sealing", nothing), heldBy("ingest"), name);
    });
    await holdRun(lake, RUN, "sealing", async () => {
      await assert.rejects(holdDatasets(lake, RUN, "ingest", [name], nothing), heldBy("sealing"), name);
    });
  }
  await holdRun(lake, RUN, "sealing", nothing);
});

test("does not discard a run while one of its datasets is written", async () => {
  const lake = makeLake();
  await makeBuildingRun(lake, RUN);
  await holdDatasets(lake, RUN, "ingest of releases", ["releases_v6"], async () => {
    await assert.rejects(discardRun(lake, RUN), heldBy("ingest of releases"));
  });
  await discardRun(lake, RUN);
});
