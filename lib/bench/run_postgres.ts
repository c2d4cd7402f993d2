import { answerParent } from "./own_process.ts";
import { runPostgresCase } from "./postgres_bench.ts";

// A separate process for one load: takes the case as JSON and prints the measurement as JSON.
await answerParent(runPostgresCase);
