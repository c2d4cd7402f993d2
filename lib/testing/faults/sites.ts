import { FAULT_KINDS, type Fault, type FaultKind } from "./preload.ts";

/** A kind of call of a script: one operation on one path, without the parts that differ between runs. */
export interface Site {
  op: string;
  /** With `<uuid>`, `<time>` and `<n>` (a process id, perhaps with a few random digits). */
  path: string;
  /** Number of calls in a run. */
  calls: number;
}

/** A fault at one call of a site. */
export interface Injection {
  step: string;
  site: Site;
  nth: number;
  kind: FaultKind;
}

const VARIABLE = new RegExp(
  [
    String.raw`(?<run>\d{4}-\d\d__\d{8}_\d{6})`,
    "(?<uuid>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})",
    String.raw`(?<time>\d{8}[T_]?\d{6}(?:_?\d{3})?Z?)`,
    String.raw`(?<=\.)(?<n>\d+(?:-[0-9a-f]{8})?)(?=[./]|$)`,
  ].join("|"),
  "g",
);

/** The POSIX expression of each placeholder. */
const PATTERNS: Readonly<Record<string, string>> = {
  "<uuid>": "[0-9a-f-]{36}",
  "<time>": "[0-9]{8}[T_]?[0-9]{6}(_?[0-9]{3})?Z?",
  "<n>": "[0-9]+(-[0-9a-f]{8})?",
};

/** A path without the parts that differ between runs. Run ids are kept, because they are given. */
export function normalPath(path: string): string {
  return path.replace(VARIABLE, (...args) => {
    const { run, uuid, time }: Record<string, string | undefined> = args.at(-1);
    if (run !== undefined) return run;
    return uuid !== undefined ? "<uuid>" : time !== undefined ? "<time>" : "<n>";
  });
}

/** The POSIX extended expression that matches exactly the paths with this normal form. */
function pathPattern(normal: string): string {
  const parts = normal.split(/(<uuid>|<time>|<n>)/);
  return `^${parts.map((part) => PATTERNS[part] ?? part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("")}$`;
}

/** The sites in a log of the preload library, in order of their first calls. */
export function sitesOf(log: string): Site[] {
  const sites = new Map<string, Site>();
  for (const line of log.split("\n").filter((each) => each !== "")) {
    const [op = "", path = ""] = line.split("\t");
    const normal = normalPath(path);
    const site = sites.get(`${op} ${normal}`);
    if (site === undefined) sites.set(`${op} ${normal}`, { op, path: normal, calls: 1 });
    else site.calls += 1;
  }
  return [...sites.values()];
}

/** Every fault at the first, the middle and the last call of each site. */
export function injectionsAt(step: string, sites: readonly Site[]): Injection[] {
  return sites.flatMap((site) => {
    const calls = new Set([1, Math.ceil(site.calls / 2), site.calls]);
    const kinds = FAULT_KINDS.filter((kind) => kind !== "TORN" || site.op === "write");
    return [...calls].flatMap((nth) => kinds.map((kind) => ({ step, site, nth, kind })));
  });
}

/** `promote:rename:lake/active:1:KILL` */
export function injectionName({ step, site, nth, kind }: Injection): string {
  return [step, site.op, site.path, nth, kind].join(":");
}

/** The fault of an injection. */
export function faultOf({ site, nth, kind }: Injection): Fault {
  return { kind, op: site.op, path: pathPattern(site.path), nth };
}
