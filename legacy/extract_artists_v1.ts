import { type Main, runAsEntrypoint } from "../lib/cli/command.ts";
import { main as extract } from "../pipelines/extract_artists_v1.ts";

/** Makes artists_v1, the untyped artists, of an artists dump. */
export const main: Main = (argv, env, log) => extract(["--legacy", ...argv], env, log);

await runAsEntrypoint(import.meta.url, main);
