import { type Main, runAsEntrypoint } from "../lib/cli/command.ts";
import { main as extract } from "../pipelines/extract_artist_relations_v1.ts";

/** Makes artist_aliases_v1 and artist_memberships_v1, the untyped relations, of an artists dump. */
export const main: Main = (argv, env, log) => extract(["--legacy", ...argv], env, log);

await runAsEntrypoint(import.meta.url, main);
