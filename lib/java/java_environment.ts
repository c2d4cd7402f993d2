/**
 * The environment for a JVM. On Linux its locale is C.UTF-8: in one without UTF-8, such as that of cron, a JVM can't name files
 * whose names are not ASCII. On macOS it always can.
 */
export function javaEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return process.platform === "linux" ? { ...env, LC_ALL: "C.UTF-8" } : env;
}
