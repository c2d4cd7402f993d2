import { runCase } from "./case.ts";
import { answerParent } from "./own_process.ts";

// A separate process for one case: takes it as JSON and prints the measurement as JSON.
await answerParent(runCase);
