import { shellWord } from "../cli/shell_words.ts";
import { workflowParameters } from "../parameters/workflows.ts";
import { inProject } from "./places.ts";

/** What a command needs that the caller's shell may lack: variables may have been set for one command only. */
export interface CallerPlace {
  cwd: string;
  lake: string;
  /** Where the dumps are, if a variable gave it. */
  rawRoot: string | undefined;
}

/**
 * A closing line whose command can be entered as it is: it names the lake, for a workflow on dumps also their directory, and the
 * program by a path that is right in the caller's directory.
 */
export function pasteable(line: string, { cwd, lake, rawRoot }: CallerPlace): string {
  return line.replace(/\bbin\/(?:digdag|lake)(?= )/, (program, at: number) => {
    const [, workflow = ""] = /^ run (\w+)/.exec(line.slice(at + program.length)) ?? [];
    const readsDumps = workflowParameters[workflow]?.takes.raw_root !== undefined;
    const raw = readsDumps && rawRoot ? `DISCOGS_RAW=${shellWord(rawRoot)} ` : "";
    return `DISCOGS_DATA_LAKE=${shellWord(lake)} ${raw}${shellWord(inProject(program, cwd))}`;
  });
}
