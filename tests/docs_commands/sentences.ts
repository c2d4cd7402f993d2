import { inlineCode, type ShownCommand } from "../../lib/testing/fenced.ts";

// Finds the commands within sentences and tables among other code: names, SQL, messages.

/** What the sentences of a page show. */
export interface InSentences {
  sentences: readonly ShownCommand[];
  /** A script or a workflow with arguments, `promote.dig -p dry_run=true`, or only arguments or variables: `--out FILE`. */
  fragments: readonly ShownCommand[];
}

/** Programs that pages for this project call, or might. A name without arguments is only a name. */
const PROGRAMS = `
  bin/lake bin/digdag digdag npm npx node tsx tsc biome git java javac mvn trino launcher schematool
  duckdb psql pg_dump pg_restore createdb initdb mc aws gcloud docker podman kubectl make python python3 pip pip3 Rscript
  apt apt-get yum brew dnf winget wsl sudo su systemctl journalctl crontab mount htpasswd openssl keytool
  sh bash export unset cd exec env echo ls readlink cp mv rm ln chmod chgrp chown install mkdir rmdir touch kill
  cat head tail grep sed awk curl wget mail tar gzip gunzip zcat sha256sum du df rsync ssh scp
`
  .trim()
  .split(/\s+/);
/** In place of the language of a block. */
export const SENTENCE = "sentence";
const COMMAND = new RegExp(`^(?:\\w+=\\S* )*(?:${PROGRAMS.join("|")}) .`);
/** A program by its path, `./configure --x`. */
const BY_PATH = /^(?:~|\.{0,2})\/[^\s<]+ .|^bin\/\S+ ./;
/** A program that isn't among those, with an option as its first argument or soon after: `tool run --x`. */
const WITH_OPTION = /^(?!\S+\.(?:ts|dig) )[a-z][\w.+-]*(?: [\w./-]+){0,2} --?[a-zA-Z]/;
/** The last two: a variable that is set, and a command of psql. */
const FRAGMENT = /^(?:[\w/]+\.(?:ts|dig) |(?:-- )?--?[a-zA-Z][\w-]*[ =]|[A-Z][A-Z_]+=|\\[a-z]+\+? )./;

/** Whether the code of a sentence is a command. */
export const isCommand = (code: string) => [COMMAND, BY_PATH, WITH_OPTION].some((each) => each.test(code));

/** Collects the commands and parts of commands in the sentences of a page. */
export function inSentences(text: string, page: string): InSentences {
  const all = inlineCode(text).map((command) => ({ page, from: SENTENCE, command, output: "" }));
  return {
    sentences: all.filter(({ command }) => isCommand(command)),
    fragments: all.filter(({ command }) => FRAGMENT.test(command) && !isCommand(command)),
  };
}
