import picocolors from "picocolors";

/** Functions like `red`, which take a text and return it. */
export type Colours = ReturnType<typeof picocolors.createColors>;

/** What decides on colour: a stream, and the variables NO_COLOR, FORCE_COLOR and TERM. */
export interface ColourContext {
  stream: { isTTY?: boolean };
  env: NodeJS.ProcessEnv;
}

/**
 * Whether text for a stream is coloured: a terminal's is. NO_COLOR (https://no-color.org, any value but none) switches
 * that off, then FORCE_COLOR on, or off with 0; TERM=dumb is no terminal for colours.
 */
export function takesColour({ stream, env }: ColourContext): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== "0" && env.FORCE_COLOR !== "false";
  return isAnimated({ stream, env });
}

/** Whether a line of a stream can be rewritten: on a terminal that is not dumb, unless NO_COLOR asks for plain output. */
export function isAnimated({ stream, env }: ColourContext): boolean {
  return stream.isTTY === true && env.TERM !== "dumb" && !env.NO_COLOR;
}

/** Functions that colour text for a stream, or leave it as it is. */
export function coloursFor(stream: ColourContext["stream"], env: NodeJS.ProcessEnv = process.env): Colours {
  return picocolors.createColors(takesColour({ stream, env }));
}
