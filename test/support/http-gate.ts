// A gate that holds scorings for as long as a test needs: the scorer in fixtures/scorers/gated.mjs,
// on whatever thread, says over a BroadcastChannel that it has begun and goes on when the gate is
// open. So a test knows who runs and who waits, and never sleeps.

import { BroadcastChannel } from 'node:worker_threads';

export const GATED_SCORER = new URL('../../../test/fixtures/scorers/gated.mjs', import.meta.url)
  .href;

interface Said {
  readonly began?: string;
}

export interface Gate {
  /** A transaction that waits at this gate; its score is `score`. */
  transaction(txId: string, score?: number): Readonly<Record<string, unknown>>;
  /** The names of those that began, in order, once there are so many. */
  began(count: number): Promise<readonly string[]>;
  /** Those that wait go on, and so do all that come later. */
  open(): void;
  close(): void;
}

let gatesMade = 0;

export function createGate(): Gate {
  gatesMade += 1;
  const name = `gate-${process.pid}-${gatesMade}`;
  const channel = new BroadcastChannel(name);
  const names: string[] = [];
  let isOpen = false;
  let wake = () => {};
  const pass = (txId: string) => channel.postMessage({ goOn: txId });
  channel.onmessage = (event) => {
    const { began } = (event as { data: Said }).data;
    if (began === undefined) return;
    names.push(began);
    if (isOpen) pass(began);
    wake();
  };

  function open(): void {
    isOpen = true;
    for (const txId of names) pass(txId);
  }

  return {
    transaction: (txId, score = 0) => ({ amount: 1, tx_id: txId, gate: name, score }),
    began: (count) =>
      new Promise((resolve) => {
        wake = () => {
          if (names.length >= count) resolve([...names]);
        };
        wake();
      }),
    open,
    close: () => channel.close(),
  };
}

/** A gate for the time of `body`; it is open afterwards whatever happens. */
export async function withGate<T>(body: (gate: Gate) => Promise<T>): Promise<T> {
  const gate = createGate();
  try {
    return await body(gate);
  } finally {
    gate.open();
    gate.close();
  }
}
