// Lets many callers share one read that takes long: a snapshot of all processes, or the text of the metrics.

/**
 * One read at a time. Callers that come during one share the next: a read that began before the call
 * could miss an add that its caller already knows of.
 */
export function shareNext<T>(take: () => Promise<T>): () => Promise<T> {
  let current: Promise<T> | undefined;
  let next: Promise<T> | undefined;
  function begin(): Promise<T> {
    next = undefined;
    current = take().finally(() => {
      current = undefined;
    });
    return current;
  }
  return () => {
    if (next !== undefined) return next;
    if (current === undefined) return begin();
    next = current.then(begin, begin);
    return next;
  };
}
