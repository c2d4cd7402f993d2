import assert from "node:assert/strict";
import { test } from "node:test";
import { type CommandContext, defineCommand } from "./command.ts";
import { readWords } from "./command_words.ts";
import { silentLogger } from "./log.ts";

const options = {
  to: { type: "string", summary: "" },
  "dry-run": { type: "flag", summary: "" },
} as const;

/** The options a command receives for these arguments, or its exit code if it is not run. */
async function given(t: { mock: { method: typeof import("node:test").mock.method } }, ...argv: string[]) {
  const printed: string[] = [];
  const write = (text: string | Uint8Array) => printed.push(String(text)) > 0;
  const mocks = [process.stdout, process.stderr].map((stream) => t.mock.method(stream, "write", write));
  let got: Pick<CommandContext<typeof options>, "options" | "positionals"> | undefined;
  const main = defineCommand({
    name: "x.ts",
    summary: "A command.",
    options,
    positionals: ["text?"],
    async run({ options, positionals }) {
      got = { options, positionals };
      return 0;
    },
  });
  try {
    const code = await main(argv, {}, silentLogger);
    return got ?? { code, printed: printed.join("") };
  } finally {
    for (const mocked of mocks) mocked.mock.restore();
  }
}

test("a value may look like anything", async (t) => {
  for (const value of ["--help", "-h", "--debug", "-x", "--dry-run", "", "--to=y"]) {
    assert.deepEqual(
      await given(t, `--to=${value}`),
      { options: { to: value === "" ? undefined : value, "dry-run": false }, positionals: [] },
      value,
    );
  }
  for (const text of ["--help", "-h", "--dry-run"]) {
    assert.deepEqual(await given(t, "--", text), {
      options: { to: undefined, "dry-run": false },
      positionals: [text],
    });
  }
});

test("refuses an option in place of a value, without printing help", async (t) => {
  for (const word of ["--help", "-h", "--dry-run", "-x"]) {
    const { code, printed } = (await given(t, "--to", word)) as { code: number; printed: string };
    assert.equal(code, 2);
    assert.match(
      printed,
      /^x\.ts: error: option '--to' argument is ambiguous.*'--to=-XYZ'; see npx tsx x\.ts --help\n$/,
    );
  }
});

test("prints help only for the option itself", async (t) => {
  for (const argv of [["--help"], ["-h"], ["--nonsense", "--help"], ["--to=x", "-h", "y"]]) {
    const { code, printed } = (await given(t, ...argv)) as { code: number; printed: string };
    assert.equal(code, 0);
    assert.match(printed, /^A command\.\n\nUsage: /);
  }
});

test("a text that begins with a comment is not an option", async (t) => {
  for (const text of ["-- all\nSELECT 1", "--all of them\nSELECT a = 1", "--x y"]) {
    assert.deepEqual(await given(t, text), {
      options: { to: undefined, "dry-run": false },
      positionals: [text],
    });
  }
  assert.deepEqual(readWords(options, ["a", "-- b c", "--to=d", "e"]).positionals, ["a", "-- b c", "e"]);
  const { code, printed } = (await given(t, "--nonsense")) as { code: number; printed: string };
  assert.deepEqual(
    [code, printed],
    [2, "x.ts: error: unknown option '--nonsense'; see npx tsx x.ts --help\n"],
  );
});

test("names the option that was probably meant: the nearest, or the only one that ends with the word", async (t) => {
  for (const word of ["dry-rnu", "run"]) {
    const { printed } = (await given(t, `--${word}`)) as { printed: string };
    assert.equal(
      printed,
      `x.ts: error: unknown option '--${word}', did you mean --dry-run?; see npx tsx x.ts --help\n`,
    );
  }
});

test("refuses an option that is given twice, unless it is a value or text", async (t) => {
  for (const argv of [
    ["--to=a", "--to=b"],
    ["--to", "a", "--to", "a"],
    ["--to=", "--to=b"],
    ["--dry-run", "--dry-run=false"],
    ["--debug", "--debug"],
  ]) {
    const name = argv[0]?.replace(/=.*/, "");
    const { code, printed } = (await given(t, ...argv)) as { code: number; printed: string };
    assert.equal(code, 2);
    assert.equal(printed.split("\n")[0], `x.ts: error: ${name} is given twice; see npx tsx x.ts --help`);
  }
  assert.deepEqual(await given(t, "--to=--to=a", "--", "--to=b"), {
    options: { to: "--to=a", "dry-run": false },
    positionals: ["--to=b"],
  });
});

test("a flag accepts true or false", async (t) => {
  for (const [word, expected] of [
    ["--dry-run", true],
    ["--dry-run=true", true],
    ["--dry-run=false", false],
    ["--dry-run=", false],
  ] as const) {
    assert.deepEqual(await given(t, word), {
      options: { to: undefined, "dry-run": expected },
      positionals: [],
    });
  }
  for (const word of ["yes", "-h", "--help", "TRUE"]) {
    const { code, printed } = (await given(t, `--dry-run=${word}`)) as { code: number; printed: string };
    assert.equal(code, 2);
    assert.equal(printed, `x.ts: error: --dry-run is "${word}", but must be one of: true, false\n`);
  }
});
