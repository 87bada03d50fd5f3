// Colours for terminal text: one type, and the rule that decides when to use them. Escapes appear
// on a terminal only, unless FORCE_COLOR asks for them, and never with NO_COLOR.

import pc from 'picocolors';

export type Colors = ReturnType<typeof pc.createColors>;

/** Paints a text; it adds escapes and no columns. */
export type Paint = (text: string) => string;

export const NO_COLORS: Colors = pc.createColors(false);

/** For standard output. */
export const colors: Colors = createColors(process.stdout);
/** For standard error. */
export const errorColors: Colors = createColors(process.stderr);

/** Picocolors decides for itself too, but it also paints into a pipe wherever CI is set. */
function createColors(stream: { readonly isTTY?: boolean }): Colors {
  // isTTY is undefined, not false, for a pipe
  return pc.createColors(!process.env.NO_COLOR && (readForced() ?? stream.isTTY === true));
}

function readForced(): boolean | undefined {
  const { FORCE_COLOR } = process.env;
  return FORCE_COLOR === undefined ? undefined : !['', '0', 'false'].includes(FORCE_COLOR);
}
