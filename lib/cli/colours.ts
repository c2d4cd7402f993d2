import picocolors from "picocolors";

/** Functions such as `red` that colour a text. */
export type Colours = ReturnType<typeof picocolors.createColors>;

/** What decides whether output is coloured: the stream, and the variables NO_COLOR, FORCE_COLOR and TERM. */
export interface ColourContext {
  stream: { isTTY?: boolean };
  env: NodeJS.ProcessEnv;
}

/**
 * Whether text for a stream is coloured: on terminals it is. NO_COLOR (https://no-color.org, any non-empty value) turns
 * colour off; otherwise FORCE_COLOR turns it on, or off with 0; TERM=dumb counts as no terminal.
 */
export function takesColour({ stream, env }: ColourContext): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "false";
  return isAnimated({ stream, env });
}

/**
 * Whether lines of a stream can be rewritten: on a terminal that is not dumb, unless NO_COLOR asks for plain output.
 */
export function isAnimated({ stream, env }: ColourContext): boolean {
  return stream.isTTY === true && env.TERM !== "dumb" && !env.NO_COLOR;
}

/** Functions that colour text for a stream, or leave it unchanged. */
export function coloursFor(stream: ColourContext["stream"], env: NodeJS.ProcessEnv = process.env): Colours {
  return picocolors.createColors(takesColour({ stream, env }));
}
