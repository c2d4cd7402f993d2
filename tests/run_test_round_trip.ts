import { runAsEntrypoint } from "../lib/cli/command.ts";
import { roundTripCommand } from "../lib/dump_tests/round_trip/round_trip_command.ts";

/** Rebuilds every record of a dump from its datasets and compares; exit 1 if one differs. */
export const main = roundTripCommand("tests/run_test_round_trip.ts");

await runAsEntrypoint(import.meta.url, main);
