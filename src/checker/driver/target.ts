// What is checked: a service known only by its URL, the request that adds one, the request that
// reads the counter, and where in the answers the numbers stand. Types only.

/** One kind of request, such as `POST /score`. */
export interface Asked {
  readonly method: string;
  /** From the root of the host, with its query: the path of the URL is before it already. */
  readonly path: string;
}

export interface Target {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly add: Asked;
  readonly read: Asked;
  /** Header fields of both, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Names of those that the user gave, whose values may be secret. */
  readonly givenHeaders: readonly string[];
  /** Bodies of the adds, in turn; empty for none. */
  readonly bodies: readonly string[];
  /** Statuses that acknowledge an add. */
  readonly okStatuses: readonly number[];
  /** Statuses from 500 up that say that nothing was counted; those from 400 to 499 always do. */
  readonly uncountedStatuses: readonly number[];
  /** JSON paths in the answer to `read`: the counter, or the parts of a snapshot. */
  readonly fields: readonly string[];
  /** JSON path of their sum; null where the answer has none. */
  readonly sum: string | null;
  /** Where an acknowledgement has its ticket; null for nowhere. */
  readonly ticket: TicketPlace | null;
  /** Of one request, from its begin to the last byte of its answer. */
  readonly timeoutMs: number;
}

/** A header field, which may be missing unless it is required; or a JSON path. */
export type TicketPlace =
  | { readonly header: string; readonly isRequired: boolean }
  | { readonly field: string };
