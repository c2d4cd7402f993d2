import { delimiter, dirname, join, resolve } from "node:path";
import { EXIT, ExpectedError } from "../cli/errors.ts";
import { didYouMean } from "../cli/nearest.ts";
import { absolutePath } from "../cli/options.ts";
import { isDirectory } from "../files/files.ts";
import { projectRoot } from "../files/project_root.ts";
import { checkParameters } from "../parameters/check.ts";
import { digdagVersion, JAR_LIST } from "./engine_jars.ts";
import { type LaunchContext, runDigdag } from "./execute.ts";
import { launcherHelp, workflowHelp } from "./help.ts";
import { nothingNew } from "./if_new.ts";
import { meantRunId, requireNamedRun } from "./missing_run.ts";
import { requireTasks } from "./named_tasks.ts";
import { notifying } from "./notify.ts";
import { engineSources, workflowFolders } from "./places.ts";
import { parseRunArguments, type RunArguments } from "./run_arguments.ts";
import { runSession } from "./run_session.ts";
import { formatSessionTime } from "./session_time.ts";
import { findWorkflow, hasWorkflows, isOwnWorkflow, type Workflow, withAbsolutePaths } from "./workflow.ts";

/** Variables with paths that the tasks read as well. */
const PATH_VARIABLES = [
  "DISCOGS_DATA_LAKE",
  "DISCOGS_RAW",
  "DISCOGS_COLLECTION_JSON",
  "DISCOGS_TEST_ROOT",
  "TRINO_CA_FILE",
];
const HELP = new Set(["", "--help", "-help", "-h", "help"]);
/** The commands of the engine that is installed, and some more of the official distribution, which has a server and its clients. */
const OWN_COMMANDS = ["run", "check", "version"];
const COMMANDS = [...OWN_COMMANDS, "init", "scheduler", "server", "start", "push", "workflows"];
const NO_SERVER =
  ": the engine that bin/digdag installs only runs and checks workflows; for a server and its commands, " +
  "set DIGDAG to a program of the official distribution";
const VERSION_COMMANDS = new Set(["version", "--version"]);
const RUN_COMMANDS = new Set(["run", "r"]);
const CHECK_COMMANDS = new Set(["check", "c"]);

/**
 * Runs Digdag with these arguments and returns its exit code. `run` gets a session and a place for its status in the lake; other
 * commands are passed unchanged to the program named by DIGDAG, or else refused, but for the version.
 */
export async function launchDigdag(argv: string[], context: LaunchContext): Promise<number> {
  const { cwd, log } = context;
  const env = absolutePaths(context);
  const [command = "", ...rest] = argv;
  if (HELP.has(command)) return print(launcherHelp());
  if (CHECK_COMMANDS.has(command)) return checkWorkflows(rest, { cwd, env, log });
  if (!RUN_COMMANDS.has(command)) return runOther(argv, { cwd, env, log });
  const given = parseRunArguments(rest, cwd);
  if (given.workflow === undefined) return runWithout(given, { cwd, env, log });
  const workflow = findWorkflow(given.workflow, cwd, given.project);
  if (given.help && isOwnWorkflow(workflow)) return print(workflowHelp(workflow));
  const run = { ...given, parameters: withAbsolutePaths(workflow, given.parameters, cwd) };
  if (run.dryRun || run.ownStatus) {
    await checkRun(workflow, given, { cwd, env });
    return runUnrecorded(workflow, run, { cwd, env, log });
  }
  return notifying(workflow, run, { cwd, env, log }, async (onBegin) => {
    await checkRun(workflow, given, { cwd, env });
    const reason = await nothingNew(workflow, run, { cwd, env, log });
    if (reason === undefined) return runSession(workflow, run, { cwd, env, log, onBegin });
    process.stdout.write(`${reason}\n`);
    return EXIT.ok;
  });
}

/** Without a workflow there is only the help on Digdag's own options. */
function runWithout({ help }: RunArguments, context: LaunchContext): Promise<number> {
  if (help) return runDigdag(["run", "--help"], context);
  throw new ExpectedError("run needs a workflow: bin/digdag run WORKFLOW, see bin/digdag --help");
}

function print(text: string): number {
  process.stdout.write(text);
  return EXIT.ok;
}

/** Runs a command other than run and check, of the program named by DIGDAG or of the engine that is installed. */
async function runOther(argv: string[], context: LaunchContext): Promise<number> {
  const [command = ""] = argv;
  if (context.env.DIGDAG) {
    const meant = COMMANDS.includes(command) ? "" : didYouMean(command, COMMANDS);
    if (meant === "") return runDigdag(argv, context);
    throw noCommand(command, meant);
  }
  if (VERSION_COMMANDS.has(command)) {
    return print(`Digdag ${await digdagVersion(join(engineSources, JAR_LIST))}\n`);
  }
  throw noCommand(command, didYouMean(command, OWN_COMMANDS) || NO_SERVER);
}

const noCommand = (command: string, hint: string) =>
  new ExpectedError(`there is no command ${JSON.stringify(command)}${hint}`);

/** Checks tasks and parameters before anything is created or started. ExpectedError when the workflow can't use them. */
async function checkRun(
  workflow: Workflow,
  { parameters, tasks }: RunArguments,
  { cwd, env }: Pick<LaunchContext, "cwd" | "env">,
): Promise<void> {
  if (!isOwnWorkflow(workflow)) return;
  requireTasks(workflow, tasks);
  try {
    checkParameters(workflow.name, parameters);
    // Paths once more, as Digdag gets them: the caller's or the project's directory may be one that it would evaluate.
    checkParameters(workflow.name, {
      project_root: projectRoot,
      ...withAbsolutePaths(workflow, parameters, cwd),
    });
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    const meant = await meantRunId(env.DISCOGS_DATA_LAKE, workflow.name, parameters);
    throw meant === "" ? error : new ExpectedError(`${error.message}${meant}`, { cause: error });
  }
  if (env.DISCOGS_DATA_LAKE)
    await requireNamedRun(resolve(cwd, env.DISCOGS_DATA_LAKE), workflow.name, parameters);
  const root = resolve(cwd, parameters.project_root || projectRoot);
  if (await isDirectory(root)) return;
  throw new ExpectedError(`project_root is ${JSON.stringify(root)}, but there is no such directory`);
}

/** Makes paths in the environment absolute, because the tasks run in another directory. */
function absolutePaths({ cwd, env }: LaunchContext): NodeJS.ProcessEnv {
  const absolute = { ...env };
  for (const name of PATH_VARIABLES) {
    if (env[name]) absolute[name] = absolutePath(name, env[name], cwd);
  }
  if (env.DIGDAG?.includes("/")) absolute.DIGDAG = resolve(cwd, env.DIGDAG);
  // The tasks use the `node` that runs this.
  absolute.PATH = [dirname(process.execPath), env.PATH ?? ""].join(delimiter);
  return absolute;
}

/** In a directory without workflows, `check` checks the project's own. */
async function checkWorkflows(rest: string[], context: LaunchContext): Promise<number> {
  const named = rest.some((word) => !word.startsWith("-") || word === "--project");
  const here = named || hasWorkflows(context.cwd);
  let status = 0;
  for (const cwd of here ? [context.cwd] : workflowFolders.filter(hasWorkflows)) {
    status = Math.max(status, await runDigdag(["check", ...rest], { ...context, cwd }));
  }
  return status;
}

async function runUnrecorded(workflow: Workflow, run: RunArguments, context: LaunchContext): Promise<number> {
  const session = run.session ?? formatSessionTime(new Date());
  const noStatus = run.ownStatus ? [] : ["--no-save"];
  const args = ["run", `${workflow.name}.dig`, ...run.rest, "--session", session, ...noStatus];
  return runDigdag(args, { ...context, cwd: workflow.project });
}
