import { type CaseName, runCase } from "./case.ts";

// A process of its own for one case: `run_case.ts <case> <dump> <batch or nothing>` prints the measurement as JSON.
const [name = "", dump = "", batch = ""] = process.argv.slice(2);
const result = await runCase(name as CaseName, dump, batch === "" ? undefined : Number(batch));
process.stdout.write(JSON.stringify(result));
