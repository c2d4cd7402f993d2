import { runAsEntrypoint } from "../lib/cli/command.ts";
import { roundTripCommand } from "../lib/dump_tests/round_trip/round_trip_command.ts";

export const main = roundTripCommand("tests/run_test_round_trip.ts");

await runAsEntrypoint(import.meta.url, main);
