// One connection: its state, and its end, after which its client can read every answer. Closing a socket with
// unread bytes resets it, and the reset overtakes answers that the client has not read. So the service says
// that nothing more will come (FIN), and reads and discards until the client says the same. Runs on the
// thread that accepted the connection.

import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { StallTolerantTimeout } from '../stall-tolerant-timeout.js';
import type { ProblemError } from './problems.js';
import type { ConnectionState, RequestContext } from './request-context.js';

export interface ServerConnection extends ConnectionState {
  /** Answers that are not written yet. */
  readonly pending: Set<ServerResponse>;
  /** The latest of them, whose requests have not begun: they came in the same packet as the last that has. */
  readonly waiting: Map<ServerResponse, RequestContext>;
  isPaused: boolean;
  /** Its last answer is written, or it had none. */
  isEnded: boolean;
  /** After its end the client went on sending, so that it may lose answers when the service closes first. */
  isHeard: boolean;
  /** Bytes read when nothing was pending; more bytes mean that a request has begun. */
  bytesAnswered: number;
  /** Bytes that the client has taken, and when that last changed or nothing was left to send. */
  bytesTaken: number;
  takenAt: number;
  /** The first fault; the connection ends once the earlier answers are written. */
  fault: ProblemError | undefined;
}

/** A client that sends nothing for this time, and does not end its side, loses the connection. */
export const LINGER_MS = 2_000;
/** The same for an idle connection of a service that ends: its answers have left long ago. */
const IDLE_LINGER_MS = 500;
/** A client that goes on sending loses the connection after this many times the silence. */
const LINGER_ROUNDS_MAX = 5;

/** For a service that ends: when nothing is pending and nothing of a next request was read. */
export function endIfIdle(socket: Duplex, connection: ServerConnection): void {
  const { bytesRead, bytesWritten } = socket as Socket;
  if (connection.pending.size > 0 || bytesRead !== connection.bytesAnswered) return;
  if (bytesWritten === 0) socket.destroy();
  else end(socket, connection, IDLE_LINGER_MS, true);
}

/** `hasDeadline`: the service ends, and cuts off the connection at its deadline. `bytes`: the last answer. */
export function end(
  socket: Duplex,
  connection: ServerConnection,
  silenceMs: number,
  hasDeadline: boolean,
  bytes = '',
): void {
  if (connection.isEnded) return;
  connection.isEnded = true;
  connection.isPaused = false;
  linger(socket as Socket, connection, silenceMs, hasDeadline);
  socket.end(bytes);
}

/** Reads and discards; the parser of node:http gets nothing more. */
function linger(socket: Socket, connection: ServerConnection, silenceMs: number, hasDeadline: boolean): void {
  let rounds = 0;
  let silence = new StallTolerantTimeout(silenceMs, endRound);
  socket.once('close', () => silence.cancel());
  socket.on('error', () => {}); // a reset is one of the ways in which a client leaves
  // A body stops the handle beneath the socket. Only node:http's own listener, which goes away with the first
  // listener for data, starts it again: so this one waits for it.
  socket.pause();
  socket.resume();
  socket.on('resume', takeOver);

  function takeOver(): void {
    if (socket.isPaused()) return;
    socket.off('resume', takeOver);
    socket.removeAllListeners('data');
    socket.on('data', () => {
      connection.isHeard = true;
    });
  }

  function endRound(): void {
    rounds += 1;
    const isOver = rounds >= LINGER_ROUNDS_MAX && !hasDeadline;
    if (!connection.isHeard || isOver) return void socket.destroy();
    connection.isHeard = false;
    silence = new StallTolerantTimeout(silenceMs, endRound);
  }
}

/**
 * Of several pending responses, node:http tells only the first that its client has disconnected. The
 * others have no socket yet; without this their submissions would keep their places in the queue.
 */
export function abandon(response: ServerResponse): void {
  if (response.socket !== null) return;
  response.destroy();
  response.emit('close');
}

/** node:http limits slow senders, but not a client that sends requests and does not read the answers. */
export function isStalled(socket: Socket, connection: ServerConnection, stalledMs: number): boolean {
  const now = performance.now();
  const bytesTaken = socket.bytesWritten - socket.writableLength;
  if (socket.writableLength === 0 || bytesTaken !== connection.bytesTaken) {
    connection.bytesTaken = bytesTaken;
    connection.takenAt = now;
  }
  return now - connection.takenAt > stalledMs;
}
