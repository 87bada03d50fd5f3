// What was thrown, in words. Pure; any thread. A user's scorer may throw anything, also a value
// that throws again when it is turned into a string, and its failure must stay its own.

export function thrownText(thrown: unknown): string {
  try {
    return String(thrown);
  } catch {
    return `something of type ${typeof thrown} that has no text`;
  }
}
