// Runs a listening thread or process: it builds its service, listens, follows the commands of the main
// thread, and ends in order. Also the messages between both sides: plain data, since JSON carries them
// between processes. `runListener` runs on the listening thread or process.

import type { ExecutorKind } from '../execution/executor.js';
import type { Measured } from '../http/metrics.js';
import type { Log, LogEvent } from '../log-events.js';
import { type HttpListener, listen } from './listen.js';
import type { ServeOptions } from './options.js';
import type { ServiceInstance } from './service.js';
import type { ListenerKind } from './topology.js';

/** From a listening thread or process. */
export type ListenerEvent =
  | { readonly type: 'listening'; readonly url: string }
  /** It could not start, and ends. */
  | { readonly type: 'failed'; readonly error: PackedError }
  | LogLine
  /** Its event loop goes on; `pending` accepted requests have no answer yet. */
  | { readonly type: 'progress'; readonly pending: number }
  /** It ends; all accepted requests but `cutOff` have their answers. */
  | { readonly type: 'closed'; readonly cutOff: number };

/** To a listening thread or process. */
export type ListenerCommand =
  | { readonly type: 'ready'; readonly ready: boolean }
  | { readonly type: 'close'; readonly deadlineMs: number };

/** The counts of one process since its start, in the order of its counters. */
export type Counts = readonly number[];

/** The environment variable that has the start data of a cluster's process, as JSON. */
export const PROCESS_DATA = 'TWO_CALLERS_PROCESS';
export interface ProcessData {
  readonly kind: ExecutorKind;
  readonly options: ServeOptions;
}

export type ClusterQuery = 'snapshot' | 'measured';

/** From a process of a cluster only. */
export type ProcessEvent =
  /** It could listen, and asks whether it may. */
  | { readonly type: 'loaded' }
  | { readonly type: 'counts'; readonly counts: Counts }
  /** The reply to `hold`: from here on no acknowledgement leaves. */
  | { readonly type: 'held'; readonly round: number; readonly counts: Counts }
  | { readonly type: 'measured'; readonly round: number; readonly measured: Measured }
  /** Asks the primary on behalf of a request, whose answer needs all processes. */
  | { readonly type: 'query'; readonly id: number; readonly about: ClusterQuery };

/** To a process of a cluster only. */
export type ProcessCommand =
  | { readonly type: 'listen' }
  | { readonly type: 'hold'; readonly round: number }
  | { readonly type: 'release'; readonly round: number }
  | { readonly type: 'measure'; readonly round: number }
  | { readonly type: 'reply'; readonly id: number; readonly value: unknown };

/** One event for the log, which the main thread writes. */
interface LogLine {
  readonly type: 'log';
  readonly event: LogEvent;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly error: PackedError;
}

/** A caught value as plain data: an Error by its parts, anything else by its text. */
type PackedError =
  | { readonly name: string; readonly message: string; readonly stack: string | undefined }
  | string
  | undefined;

function packError(error: unknown): PackedError {
  if (error === undefined) return undefined;
  if (!(error instanceof Error)) return String(error);
  return { name: error.name, message: error.message, stack: error.stack };
}

export function unpackError(packed: PackedError): unknown {
  if (typeof packed !== 'object') return packed;
  const { name, message, stack } = packed;
  return Object.assign(new Error(message), { name, stack: stack ?? message });
}

export function writeRemoteLine(log: Log, { event, message, fields, error }: LogLine): void {
  log(event, message, error === undefined ? fields : { ...fields, error: unpackError(error) });
}

interface ListenerParts {
  readonly options: ServeOptions;
  readonly kind: Exclude<ListenerKind, 'single'>;
  /** Resolves when the event is on its way, and will arrive even if this listener ends now. */
  send(event: ListenerEvent): Promise<void>;
  build(log: Log, onProgress: () => void): Promise<ServiceInstance>;
  /** Resolves when it may listen; absent where it may at once. */
  waitForPermission?(): Promise<void>;
  /** Called once, when it listens. */
  onCommand(handle: (command: ListenerCommand) => void): void;
  /** Ends the thread or process. */
  exit(): void;
}

/** Ends the listener, then its service. Resolves with the number of accepted requests without an answer. */
export async function closeInOrder(
  http: HttpListener,
  service: ServiceInstance,
  deadlineMs: number,
): Promise<number> {
  const startedAt = performance.now();
  const cutOff = await http.close(deadlineMs);
  // Work that still runs now has lost its client; it gets the rest of the time.
  await service.close(Math.max(0, deadlineMs - (performance.now() - startedAt)));
  return cutOff;
}

export async function runListener(parts: ListenerParts): Promise<void> {
  const { options, kind, send, exit } = parts;
  const log: Log = (event, message, { error, ...fields } = {}) => {
    void send({ type: 'log', event, message, fields, error: packError(error) });
  };
  try {
    let http: HttpListener | undefined;
    const onProgress = () => {
      if (http !== undefined) void send({ type: 'progress', pending: http.pending() });
    };
    const service = await parts.build(log, onProgress);
    await parts.waitForPermission?.();
    const listening = await listen(options, service.attach, kind);
    http = listening;
    let isClosing = false;
    parts.onCommand((command) => {
      if (command.type === 'ready') return service.setReady(command.ready);
      if (isClosing) return;
      isClosing = true;
      close(command.deadlineMs).catch(fail);
    });
    await send({ type: 'listening', url: listening.url });

    async function close(deadlineMs: number): Promise<void> {
      service.setReady(false);
      await send({ type: 'closed', cutOff: await closeInOrder(listening, service, deadlineMs) });
      exit();
    }
  } catch (error) {
    await fail(error);
  }

  async function fail(error: unknown): Promise<void> {
    await send({ type: 'failed', error: packError(error) });
    exit();
  }
}
