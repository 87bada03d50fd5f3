// From a JSON text to a value, or to what is wrong with the text. Pure; runs on whichever thread
// reads bodies. It knows no schema.

/** JSON nested deeper than this is refused: cloning or printing it would overflow a stack. */
export const NESTING_MAX = 64;

export type Json =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: 'MALFORMED' | 'TOO_DEEP'; readonly detail: string };

/** The value of a JSON text; of duplicate keys the last one counts, as JSON.parse has it. */
export function readJson(text: string): Json {
  if (text === '') return malformed('The body is empty; send a JSON text');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return malformed(`The body is not valid JSON: ${(error as Error).message.slice(0, 200)}`);
  }
  if (!nestsDeeperThan(value, NESTING_MAX)) return { ok: true, value };
  const detail = `The body is nested deeper than ${NESTING_MAX} levels; make it flatter`;
  return { ok: false, code: 'TOO_DEEP', detail };
}

function malformed(detail: string): Json {
  return { ok: false, code: 'MALFORMED', detail };
}

function nestsDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((inner) => nestsDeeperThan(inner, levels - 1));
  for (const key in value) {
    if (nestsDeeperThan((value as Record<string, unknown>)[key], levels - 1)) return true;
  }
  return false;
}
