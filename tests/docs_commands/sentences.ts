import { inlineCode, type ShownCommand } from "../../lib/testing/fenced.ts";

// Finds the commands within sentences and tables among other code: names, SQL, messages.

/** What the sentences of a page show. */
export interface InSentences {
  sentences: readonly ShownCommand[];
  /** A script or a workflow with arguments, `promote.dig -p dry_run=true`, or only arguments: `--out FILE`. */
  fragments: readonly ShownCommand[];
}

/** Programs that pages for this project call, or might. A name without arguments is only a name. */
const PROGRAMS = `
  bin/lake bin/digdag digdag npm npx node tsx tsc biome git java javac mvn trino launcher schematool
  duckdb psql pg_dump pg_restore createdb initdb mc aws docker python python3 pip pip3 Rscript
  apt apt-get brew dnf winget wsl sudo su systemctl journalctl crontab mount htpasswd openssl keytool
  sh bash export unset cd exec env echo ls readlink cp mv rm ln chmod chgrp chown install mkdir rmdir touch kill
  cat head tail grep sed awk curl wget mail tar gzip gunzip zcat sha256sum du df rsync ssh scp
`
  .trim()
  .split(/\s+/);
/** In place of the language of a block. */
export const SENTENCE = "sentence";
const COMMAND = new RegExp(`^(?:\\w+=\\S* )*(?:${PROGRAMS.join("|")}) .`);
const FRAGMENT = /^(?:[\w/]+\.(?:ts|dig) |(?:-- )?--?[a-z][\w-]*[ =])./;

/** Whether the code of a sentence is a command. */
export const isCommand = (code: string) => COMMAND.test(code);

/** Collects the commands and parts of commands in the sentences of a page. */
export function inSentences(text: string, page: string): InSentences {
  const all = inlineCode(text).map((command) => ({ page, from: SENTENCE, command, output: "" }));
  return {
    sentences: all.filter(({ command }) => isCommand(command)),
    fragments: all.filter(({ command }) => FRAGMENT.test(command)),
  };
}
