import { promote } from "../../promotion/promote.ts";
import { rollback } from "../../promotion/rollback.ts";
import { sealRun } from "../seal.ts";

/** A process that seals, promotes or rolls back and kills itself after a step, like kill -9. */
const [action, lake = "", runId = "", fatalStep] = process.argv.slice(2);

const afterStep = (step: string) => {
  if (step === fatalStep) process.kill(process.pid, "SIGKILL");
};

if (action === "seal") await sealRun(lake, runId, { afterStep });
else if (action === "promote") await promote(lake, runId, { afterStep });
else await rollback(lake, { to: runId, afterStep });
