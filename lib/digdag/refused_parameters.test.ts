import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ExpectedError } from "../cli/errors.ts";
import { silentLogger } from "../cli/log.ts";
import { projectRoot } from "../files/project_root.ts";
import { workflowParameters } from "../parameters/workflows.ts";
import { temporaryDirectory } from "../testing/files.ts";
import { launchDigdag } from "./launch.ts";

// The launcher refuses parameters before anything is created or started. lib/parameters/check.test.ts tests all names and values
// of each workflow.

const ACTIVE = join("_runs", "2026-06__20260701_000000");

/** A lake with an active run, and a program in place of Digdag that creates a file when started. */
function setUp(t: Parameters<typeof temporaryDirectory>[0]) {
  const base = temporaryDirectory(t);
  const lake = join(base, "lake");
  mkdirSync(join(lake, ACTIVE), { recursive: true });
  symlinkSync(ACTIVE, join(lake, "active"));
  const started = join(base, "started");
  const program = join(base, "digdag");
  writeFileSync(program, `#!/bin/sh\ntouch '${started}'\n`);
  chmodSync(program, 0o755);
  const env = { ...process.env, DISCOGS_DATA_LAKE: lake, DISCOGS_RAW: base, DIGDAG: program };
  return { base, lake, started, env };
}

function assertUntouched({ lake, started }: ReturnType<typeof setUp>, what: string): void {
  assert.equal(existsSync(started), false, `${what}: Digdag was started`);
  assert.equal(readlinkSync(join(lake, "active")), ACTIVE, what);
  assert.deepEqual(readdirSync(lake, { recursive: true }).sort(), ["_runs", ACTIVE, "active"], what);
}

for (const [workflow, { takes }] of Object.entries(workflowParameters)) {
  test(`does not start ${workflow}.dig with parameters that it can't use`, async (t) => {
    const place = setUp(t);
    // Any text can be a path, and "yes" a name.
    const strict = Object.keys(takes).filter(
      (each) => !/PATH|NAME$/.test(takes[each]?.rule.placeholder ?? ""),
    );
    const [name = ""] = strict;
    const misspelt = `${name}_`;
    const values = ["--help", "-h", `a'b`, `"`, "a\nb", "$(touch pwned)", ";", "yes"];
    const refused: [string, RegExp][] = [
      [`${misspelt}=`, new RegExp(`no parameter "${misspelt}", did you mean ${name}\\?`)],
      ...values.map((value): [string, RegExp] => [`${name}=${value}`, new RegExp(`\\b${name} is "`)]),
    ];
    for (const [given, message] of refused) {
      for (const more of [[], ["--no-save"], ["-d"]]) {
        const run = launchDigdag(["run", workflow, "-p", given, ...more], {
          cwd: place.base,
          env: place.env,
          log: silentLogger,
        });
        await assert.rejects(run, (error) => {
          assert.ok(error instanceof ExpectedError, String(error));
          assert.equal(error.exitCode, 2);
          assert.match(error.message, message);
          return true;
        });
        assertUntouched(place, given);
      }
    }
  });
}

test("bin/digdag refuses them with one line on stderr and exit code 2", (t) => {
  const place = setUp(t);
  const file = join(place.base, "p.yml");
  writeFileSync(file, "run_mode: prod\ndry_run: nein\n");
  for (const [args, line] of [
    [
      ["main.dig", "-p", "run_mdoe=prod"],
      /^digdag: error: there is no parameter "run_mdoe", did you mean run_mode\?.*\n$/,
    ],
    [["main.dig", "-P", file], /^digdag: error: dry_run is "nein", but must be true or false\n$/],
    [["rollback.dig", "-p", "dry_run=-h"], /^digdag: error: dry_run is "-h", but must be true or false\n$/],
    [
      ["main.dig", "run_mode=prod"],
      /^digdag: error: digdag run: a parameter needs -p before it: -p run_mode=prod\n$/,
    ],
    [
      ["main.dig", "promote.dig"],
      /^digdag: error: digdag run: "promote\.dig" is one word too many: give one workflow, and at most one of its tasks, like \+seal\n$/,
    ],
    [
      ["main.dig", "-p", "accept_drift=releases_v6.foo"],
      /^digdag: error: accept_drift is "releases_v6\.foo", but must be .*: releases_v6 has no column or check foo; its columns are .*\n$/,
    ],
    [["main.dig", "-s", "+saal"], /^digdag: error: main\.dig has no task "\+saal", did you mean \+seal\?\n$/],
    [
      ["rollback.dig", "+register"],
      /^digdag: error: rollback\.dig has no task "\+register"; its tasks are \+parameters, \+rollback, .*\n$/,
    ],
    [
      ["main.dig", "+ingest"],
      /^digdag: error: main\.dig has several tasks \+ingest: \+main\+datasets\+.*\n$/,
    ],
    [[], /^digdag: error: run needs a workflow: bin\/digdag run WORKFLOW, see bin\/digdag --help\n$/],
    [
      ["promote.dig", "-p", "promote_run_id=2026-06_20260701_000000"],
      /^digdag: error: promote_run_id is "2026-06_.*, but must be a run id .*; did you mean 2026-06__20260701_000000\?\n$/,
    ],
    [
      ["promote.dig", "-p", "promote_run_id=2026-06__20260701_000001"],
      /^digdag: error: there is no run 2026-06__20260701_000001 in .*; did you mean 2026-06__20260701_000000\?\n$/,
    ],
    [
      ["build.dig", "-p", "run_id=2019-01__20190203_111111"],
      /^digdag: error: there is no run 2019-01__20190203_111111 in .*; bin\/lake status lists the runs\n$/,
    ],
    [["promote.dig"], /^digdag: error: promote\.dig needs -p promote_run_id=RUN_ID\n$/],
    [
      ["main.dig", "-p", "project_root=nowhere"],
      /^digdag: error: project_root is ".*\/nowhere", but there is no such/,
    ],
  ] as [string[], RegExp][]) {
    const { env, base: cwd } = place;
    const digdag = spawnSync(join(projectRoot, "bin", "digdag"), ["run", ...args], {
      cwd,
      env,
      encoding: "utf8",
    });
    assert.equal(digdag.status, 2, digdag.stderr);
    assert.match(digdag.stderr, line);
    assert.equal(digdag.stdout, "");
    assertUntouched(place, args.join(" "));
  }
});

test("a relative path is refused where the caller's directory makes it one that Digdag would evaluate", async (t) => {
  const place = setUp(t);
  const cwd = join(place.base, `\${x}`);
  const run = launchDigdag(["run", "main.dig", "-p", "raw_root=raw"], {
    cwd,
    env: place.env,
    log: silentLogger,
  });
  const message = `raw_root is "${cwd}/raw", but must not contain \${`;
  await assert.rejects(run, { name: "ExpectedError", message });
  assertUntouched(place, message);
});

test("refuses paths whose bytes are not UTF-8", async (t) => {
  const place = setUp(t);
  for (const [name, args, more] of [
    ["DISCOGS_DATA_LAKE", [], { DISCOGS_DATA_LAKE: "lak\uFFFD" }],
    ["raw_root", ["-p", "raw_root=lak\uFFFD"], {}],
  ] as const) {
    const context = { cwd: place.base, env: { ...place.env, ...more }, log: silentLogger };
    const message = `${name} is ${join(place.base, "lak\uFFFD")}, which is not valid UTF-8`;
    await assert.rejects(launchDigdag(["run", "main.dig", ...args], context), {
      name: "ExpectedError",
      message,
    });
    assertUntouched(place, message);
  }
});

test("Digdag's other commands need a directory for temporary files", async (t) => {
  const { base, env } = setUp(t);
  const missing = join(base, "missing");
  const { status, stderr } = spawnSync(join(projectRoot, "bin", "digdag"), ["check"], {
    cwd: base,
    env: { ...env, TMPDIR: missing },
    encoding: "utf8",
  });
  assert.equal(stderr, `digdag: error: there is no directory ${missing} for temporary files: set TMPDIR\n`);
  assert.equal(status, 2);
});

test("with Digdag alone, the first task of a workflow refuses the same", (t) => {
  const place = setUp(t);
  // Not the project's own folder, so that the launcher accepts everything.
  cpSync(join(projectRoot, "digdag"), join(place.base, "copy"), { recursive: true });
  const file = join(place.base, "p.yml");
  writeFileSync(file, "dry_run: yes please\n");
  const given = [
    "-p",
    `project_root=${projectRoot}`,
    "-p",
    "run_mdoe=prod",
    "-P",
    file,
    "-p",
    "promote_run_id=$(x)",
  ];
  const { status, stdout } = spawnSync(
    join(projectRoot, "bin", "digdag"),
    ["run", "copy/main.dig", "--no-save", ...given],
    { cwd: place.base, env: { ...place.env, DIGDAG: "" }, encoding: "utf8" },
  );
  assert.equal(status, 1, stdout);
  const lines = stdout.split("\n").filter((line) => line.startsWith("scripts/check_parameters.ts: error: "));
  assert.equal(lines.length, 1, stdout);
  assert.match(lines[0] ?? "", /no parameter "run_mdoe", did you mean run_mode\?/);
  assert.match(lines[0] ?? "", /dry_run is "yes please", but must be true or false/);
  assert.match(lines[0] ?? "", /main\.dig does not use the parameter promote_run_id \(of promote\.dig\)/);
  assert.doesNotMatch(stdout, /preflight\.ts/);
  assertUntouched(place, "real Digdag");
});

test("asks for the month of a download when there is none yet", async (t) => {
  const place = setUp(t);
  const args = ["run", "main", "-p", "do_download=true"];
  const run = launchDigdag(args, { cwd: place.base, env: place.env, log: silentLogger });
  await assert.rejects(run, {
    name: "ExpectedError",
    message: /^do_download needs a month, -p dump_month=YYYY-MM: no month under /,
  });
  assertUntouched(place, "do_download");
});

test("starts no workflow that works on runs where there is no lake", async (t) => {
  const { base, started, env } = setUp(t);
  mkdirSync(join(base, "empty"));
  for (const workflow of [
    "history_pipeline",
    "rollback",
    "tests_parquet_active",
    "pages",
    "ingest_releases",
  ]) {
    for (const [name, message] of [
      ["misspelt", /^ExpectedError: there is no lake \S+misspelt/],
      ["empty", /\bempty is not a lake/],
    ] as const) {
      const elsewhere = { ...env, DISCOGS_DATA_LAKE: join(base, name) };
      const run = launchDigdag(["run", workflow], { cwd: base, env: elsewhere, log: silentLogger });
      await assert.rejects(run, message, workflow);
    }
  }
  assert.deepEqual([existsSync(started), existsSync(join(base, "misspelt"))], [false, false]);
  assert.deepEqual(readdirSync(join(base, "empty")), []);
});
