import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type Browser, chromium } from "playwright-core";
import { ExpectedError } from "../../cli/errors.ts";
import { cacheDirectory } from "../../files/cache_directory.ts";
import { projectRoot } from "../../files/project_root.ts";

const PACKAGE = "@sparticuz/chromium";
/** Makes the package unpack its libraries for machines without them, too. */
const WITH_LIBRARIES = { AWS_EXECUTION_ENV: "AWS_Lambda_nodejs20.x" };
/** Without a sandbox, which is unavailable to root and in many containers: it opens only this project's own pages. */
const ARGUMENTS = ["--no-sandbox", "--no-zygote", "--disable-gpu"];

/**
 * Starts the Chromium inside an npm package, or the one named by CHROMIUM. It is unpacked once to the cache directory.
 * ExpectedError on a system that the package does not support.
 */
export async function startBrowser(env: NodeJS.ProcessEnv = process.env): Promise<Browser> {
  const { executablePath, libraries } = env.CHROMIUM
    ? { executablePath: env.CHROMIUM, libraries: undefined }
    : packagedChromium(env);
  return chromium.launch({
    executablePath,
    args: ARGUMENTS,
    env: {
      ...(env as Record<string, string>),
      ...(libraries === undefined ? {} : { LD_LIBRARY_PATH: libraries }),
    },
  });
}

function packagedChromium(env: NodeJS.ProcessEnv): { executablePath: string; libraries: string | undefined } {
  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new ExpectedError(`${PACKAGE} supports only Linux on x64: set CHROMIUM=/path/to/chromium`);
  }
  const directory = unpacked(env);
  const executablePath = join(directory, "chromium");
  const runsAsItIs = spawnSync(executablePath, ["--version"], { env: {} }).status === 0;
  return { executablePath, libraries: runsAsItIs ? undefined : join(directory, "al2023", "lib") };
}

/**
 * The directory of the package's Chromium, unpacked next to its destination and renamed, because tests may start concurrently.
 */
function unpacked(env: NodeJS.ProcessEnv): string {
  const main = createRequire(import.meta.url).resolve(PACKAGE);
  const { version } = JSON.parse(
    readFileSync(join(main.slice(0, main.indexOf("build")), "package.json"), "utf8"),
  );
  const place = join(cacheDirectory(env), "chromium", version);
  if (existsSync(place)) return place;
  mkdirSync(dirname(place), { recursive: true });
  const temporary = mkdtempSync(join(dirname(place), "_tmp."));
  const script = `await (await import("${PACKAGE}")).default.executablePath()`;
  execFileSync(process.execPath, ["--input-type=module", "--eval", script], {
    cwd: projectRoot,
    env: { ...env, ...WITH_LIBRARIES, TMPDIR: temporary },
  });
  try {
    renameSync(temporary, place);
  } catch (error) {
    rmSync(temporary, { recursive: true });
    if (!existsSync(place)) throw error;
  }
  return place;
}
