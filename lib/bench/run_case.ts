import { type BenchCase, runCase } from "./case.ts";

// A separate process for one case: takes it as JSON and prints the measurement as JSON.
const benchCase: BenchCase = JSON.parse(process.argv[2] ?? "");
process.stdout.write(JSON.stringify(await runCase(benchCase)));
