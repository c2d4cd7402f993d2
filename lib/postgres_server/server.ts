import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmod, chown, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ExpectedError } from "../cli/errors.ts";
import { postgresBinaries } from "./binaries.ts";

/** A private server on a Unix socket in its directory. */
export interface PostgresServer {
  /** Of the superuser, with a password. */
  url: string;
  password: string;
  /** The directory of its socket. */
  directory: string;
  /** Stops it and its connections; keeps the directory. */
  stop(): Promise<void>;
}

const SUPERUSER = "postgres";
const DATABASE = "postgres";

/** Durability is not tested or measured, and the directory is temporary. */
const SETTINGS = ["fsync=off", "full_page_writes=off", "listen_addresses=", "max_connections=20"];

/**
 * Starts a new PostgreSQL in an empty directory with a short path (a socket path has at most 107 bytes). PostgreSQL refuses to
 * run as root: if this process is root, the server runs as `nobody`, who must have access to the parent directories.
 * @throws ExpectedError with the output of `initdb` or `postgres`
 */
export async function startPostgres(directory: string): Promise<PostgresServer> {
  const data = join(directory, "data");
  const password = randomBytes(12).toString("hex");
  const bin = await postgresBinaries(directory);
  const user = await serverUser(directory);
  await writeFile(join(directory, "password"), password);
  await mkdir(data);
  if (user !== undefined) await chown(data, user.uid, user.gid);
  await initialise(join(bin, "initdb"), data, directory, user);
  await rm(join(directory, "password"));
  const settings = [...SETTINGS, `unix_socket_directories=${data}`].flatMap((setting) => ["-c", setting]);
  const server = spawn(join(bin, "postgres"), ["-D", data, ...settings], {
    ...user,
    cwd: data,
    env: {},
    stdio: ["ignore", "ignore", "pipe"],
  });
  const killed = () => server.kill("SIGQUIT");
  process.once("exit", killed);
  await readiness(server);
  return {
    url: `postgres://${SUPERUSER}:${password}@${encodeURIComponent(data)}/${DATABASE}`,
    password,
    directory: data,
    async stop() {
      process.off("exit", killed);
      if (server.exitCode !== null) return;
      server.kill("SIGINT");
      await once(server, "exit");
    },
  };
}

type User = { uid: number; gid: number };

/** The user to run the server as, who gets access to the directory; undefined for the current user. */
async function serverUser(directory: string): Promise<User | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  await chmod(directory, 0o755);
  const [uid, gid] = ["-u", "-g"].map((option) => {
    const { stdout } = spawnSync("id", [option, "nobody"], { encoding: "utf8" });
    return Number(stdout.trim() || Number.NaN);
  });
  if (uid !== undefined && gid !== undefined && uid > 0 && gid > 0) return { uid, gid };
  throw new ExpectedError("PostgreSQL does not run as root, and there is no user nobody to run it as");
}

async function initialise(initdb: string, data: string, directory: string, user: User | undefined) {
  const options = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"];
  const args = ["-D", data, "-U", SUPERUSER, `--pwfile=${join(directory, "password")}`, ...options];
  const { status, error, stderr } = spawnSync(initdb, args, {
    ...user,
    cwd: data,
    env: {},
    encoding: "utf8",
  });
  if (status === 0) return;
  throw new ExpectedError(`${initdb} failed: ${error?.message ?? stderr.trim()}`, { cause: error });
}

/** Waits until the server accepts connections, and keeps reading its output so that it never blocks. */
async function readiness(server: ChildProcess): Promise<void> {
  const lines: string[] = [];
  if (server.stderr === null) throw new TypeError("the server's output is not piped");
  const output = createInterface({ input: server.stderr });
  const ready = new Promise<void>((resolve, reject) => {
    output.on("line", (line) => {
      if (lines.length < 20) lines.push(line);
      if (line.includes("ready to accept connections")) resolve();
    });
    server.once("error", reject);
    server.once("exit", (code) =>
      reject(new ExpectedError(`postgres ended with ${code}: ${lines.join(" / ")}`)),
    );
  });
  await ready;
}
