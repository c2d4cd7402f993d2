/** Joins words into a command line for a POSIX shell, quoting where needed. */
export function shellWords(words: readonly string[]): string {
  return words.map(shellWord).join(" ");
}

/** Quotes a word for a POSIX shell where needed. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
