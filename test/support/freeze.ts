// This thread, held up: it does nothing for a while, as when the machine runs something else. To
// its event loop both look alike, whatever arrives meanwhile.

export function freeze(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}
