// First come, first served: a bounded queue in which a place can be given up from the middle. A
// doubly linked list, because every operation must take constant time and a place given up must
// hold no memory: clients that connect and leave all day must not grow it. One event loop.

export interface Queue<T> {
  readonly length: number;
  /** The one that came first; it stays. */
  readonly first: T | undefined;
  /** Adds at the end. It has no bound of its own: its owner refuses what is too much. */
  push(value: T): Place;
  /** Puts it back before all others: it had been taken, and was not begun. */
  unshift(value: T): Place;
  /** Takes the one that came first. */
  shift(): T | undefined;
}

export interface Place {
  /** Gives the place up; false when it was taken already. */
  leave(): boolean;
}

interface Node<T> {
  value: T;
  before: Node<T> | undefined;
  after: Node<T> | undefined;
  queued: boolean;
}

export function createQueue<T>(): Queue<T> {
  let first: Node<T> | undefined;
  let last: Node<T> | undefined;
  let length = 0;

  function insert(value: T, before: Node<T> | undefined, after: Node<T> | undefined): Place {
    const node: Node<T> = { value, before, after, queued: true };
    if (before === undefined) first = node;
    else before.after = node;
    if (after === undefined) last = node;
    else after.before = node;
    length++;
    return { leave: () => remove(node) };
  }

  function remove(node: Node<T>): boolean {
    if (!node.queued) return false;
    node.queued = false;
    if (node.before === undefined) first = node.after;
    else node.before.after = node.after;
    if (node.after === undefined) last = node.before;
    else node.after.before = node.before;
    length--;
    return true;
  }

  return {
    get length() {
      return length;
    },
    get first() {
      return first?.value;
    },
    push: (value) => insert(value, last, undefined),
    unshift: (value) => insert(value, undefined, first),
    shift() {
      const node = first;
      if (node === undefined) return undefined;
      remove(node);
      return node.value;
    },
  };
}
