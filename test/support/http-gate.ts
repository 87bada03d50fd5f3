// A gate that holds scorings for as long as a test needs: the scorer in fixtures/scorers/gated.mjs,
// on whatever thread or process, says over a connection that it has begun and goes on when the gate
// is open. So a test knows who runs and who waits, and never sleeps.

import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export const GATED_SCORER = new URL('../../../test/fixtures/scorers/gated.mjs', import.meta.url)
  .href;

export interface Gate {
  /** A transaction that waits at this gate; its score is `score`. */
  transaction(txId: string, score?: number): Readonly<Record<string, unknown>>;
  /** The names of those that began, in order, once there are so many. */
  began(count: number): Promise<readonly string[]>;
  /** Those that wait go on, and so do all that come later. */
  open(): void;
  close(): void;
}

async function createGate(): Promise<Gate> {
  const names: string[] = [];
  const waiting = new Set<Socket>();
  let isOpen = false;
  let wake = () => {};
  const pass = (socket: Socket) => socket.end('go on');
  const server = createServer((socket) => {
    let name = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      name += text;
      if (!name.endsWith('\n')) return;
      names.push(name.slice(0, -1));
      if (isOpen) pass(socket);
      else waiting.add(socket);
      wake();
    });
    socket.on('error', () => {}); // its process was killed
  });
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    transaction: (txId, score = 0) => ({ amount: 1, tx_id: txId, gate: port, score }),
    began: (count) =>
      new Promise((resolve) => {
        wake = () => {
          if (names.length >= count) resolve([...names]);
        };
        wake();
      }),
    open() {
      isOpen = true;
      waiting.forEach(pass);
      waiting.clear();
    },
    close: () => server.close(),
  };
}

/** A gate for the time of `body`; it is open afterwards whatever happens. */
export async function withGate<T>(body: (gate: Gate) => Promise<T>): Promise<T> {
  const gate = await createGate();
  try {
    return await body(gate);
  } finally {
    gate.open();
    gate.close();
  }
}
