import { type CaseName, runCase } from "./case.ts";

// A process of its own for one case: `run_case.ts <case> <dump> [batch] [threads]` prints the measurement as JSON.
const [name = "", dump = "", batch = "", threads = ""] = process.argv.slice(2);
const number = (text: string) => (text === "" ? undefined : Number(text));
const result = await runCase(name as CaseName, dump, number(batch), number(threads));
process.stdout.write(JSON.stringify(result));
