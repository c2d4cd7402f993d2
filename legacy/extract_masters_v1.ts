import { type Main, runAsEntrypoint } from "../lib/cli/command.ts";
import { main as extract } from "../pipelines/extract_masters_v1.ts";

/** Makes masters_v1, the untyped masters, of a masters dump. */
export const main: Main = (argv, env, log) => extract(["--legacy", ...argv], env, log);

await runAsEntrypoint(import.meta.url, main);
