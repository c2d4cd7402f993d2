import { type PostgresCase, runPostgresCase } from "./postgres_bench.ts";

// A separate process for one load: takes the case as JSON and prints the measurement as JSON.
const postgresCase: PostgresCase = JSON.parse(process.argv[2] ?? "");
process.stdout.write(JSON.stringify(await runPostgresCase(postgresCase)));
