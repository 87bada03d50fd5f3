// A TCP client that writes the bytes a test wants, well formed or not, and reads answers strictly:
// a head, then as many bytes as its Content-Length says. Anything else on the wire is an error.
// test/http/detectors.test.ts shows what it objects to.

import { connect, type Socket } from 'node:net';

export interface RawAnswer {
  readonly status: number;
  readonly reason: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

const STATUS_LINE = /^HTTP\/1\.1 ([1-5]\d\d) (.*)$/;
const FIELD_LINE = /^([\w-]+): (.*)$/;
const HEAD_END = '\r\n\r\n';

/** The answers that `bytes` begins with, and what is left. `isHead`: they answer HEAD. */
export function parseAnswers(bytes: Buffer, isHead = false, max = Number.POSITIVE_INFINITY) {
  const answers: RawAnswer[] = [];
  let rest = bytes;
  while (answers.length < max) {
    const end = rest.indexOf(HEAD_END);
    if (end < 0) break;
    const head = parseHead(rest.toString('latin1', 0, end));
    const from = end + HEAD_END.length;
    const length = isHead && head.status >= 200 ? 0 : bodyBytes(head.status, head.headers);
    if (rest.length < from + length) break;
    answers.push({ ...head, body: rest.toString('utf8', from, from + length) });
    rest = rest.subarray(from + length);
  }
  return { answers, rest };
}

function parseHead(text: string): Omit<RawAnswer, 'body'> {
  const [first = '', ...lines] = text.split('\r\n');
  const [, status, reason = ''] = STATUS_LINE.exec(first) ?? [];
  if (status === undefined) throw new Error(`not a status line: ${first}`);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value = ''] = FIELD_LINE.exec(line) ?? [];
    if (name === undefined) throw new Error(`not a header field: ${line}`);
    if (headers.has(name.toLowerCase())) throw new Error(`a header field twice: ${name}`);
    headers.set(name.toLowerCase(), value);
  }
  return { status: Number(status), reason, headers };
}

/** RFC 9110, 8.6: 1xx and 204 have no Content-Length; everything else here has one. */
function bodyBytes(status: number, headers: ReadonlyMap<string, string>): number {
  const length = headers.get('content-length');
  if (headers.has('transfer-encoding')) throw new Error('an answer in chunks');
  if (status < 200 || status === 204) {
    if (length !== undefined) throw new Error(`Content-Length in a ${status}`);
    return 0;
  }
  if (length === undefined || !/^\d+$/.test(length)) throw new Error(`Content-Length: ${length}`);
  return Number(length);
}

export interface RawConnection {
  /** Resolves when the kernel has the bytes. */
  send(bytes: string | Buffer): Promise<void>;
  /** Says that nothing more will be sent (FIN); answers can still be read. */
  finish(): void;
  /** The next so many answers; rejects when the connection ends before. */
  answers(count: number): Promise<RawAnswer[]>;
  /** All that is left, once the service has ended the connection; rejects on half an answer. */
  untilClosed(): Promise<RawAnswer[]>;
  /** Resolves when the connection is gone in both directions, whoever ended it, answers unread. */
  gone(): Promise<void>;
  /** Closes as a program that ends does. */
  leave(): Promise<void>;
  /** Closes as a broken network does (RST). */
  reset(): Promise<void>;
}

/** Opens a connection, hands it to `body`, and closes it whatever happens. */
export async function dial<T>(
  url: string,
  body: (connection: RawConnection) => Promise<T>,
  isHead = false,
): Promise<T> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true, noDelay: true });
  const connection = wrap(socket, isHead);
  try {
    return await body(connection);
  } finally {
    await connection.leave();
  }
}

/** Sends the bytes at once; the next `count` answers, or all until the service ends the connection. */
export function exchange(url: string, bytes: string | Buffer, count?: number, isHead = false) {
  return dial(
    url,
    async (raw) => {
      await raw.send(bytes);
      return await (count === undefined ? raw.untilClosed() : raw.answers(count));
    },
    isHead,
  );
}

export function statuses(answers: readonly RawAnswer[]): number[] {
  return answers.map(({ status }) => status);
}

/** What has come in and was not handed out yet. */
interface Inbox {
  bytes: Buffer;
  ended: boolean;
  failure: Error | undefined;
  /** Tries again after each event, until `attempt` gives something or throws. */
  until<T>(attempt: () => T | undefined): Promise<T>;
}

function openInbox(socket: Socket): Inbox {
  const attempts = new Set<() => void>();
  const inbox: Inbox = {
    bytes: Buffer.alloc(0),
    ended: false,
    failure: undefined,
    until: (attempt) =>
      new Promise((resolve, reject) => {
        const tryOnce = () => {
          try {
            const result = attempt();
            if (result === undefined) return;
            resolve(result);
          } catch (error) {
            reject(error);
          }
          attempts.delete(tryOnce);
        };
        attempts.add(tryOnce);
        tryOnce();
      }),
  };
  const changed = (change: Partial<Inbox>) => {
    Object.assign(inbox, change);
    for (const tryOnce of attempts) tryOnce();
  };
  socket.on('data', (bytes) => changed({ bytes: Buffer.concat([inbox.bytes, bytes]) }));
  socket.on('error', (failure) => changed({ failure }));
  socket.on('end', () => changed({ ended: true }));
  socket.on('close', () => changed({ ended: true }));
  return inbox;
}

function wrap(socket: Socket, isHead: boolean): RawConnection {
  const inbox = openInbox(socket);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));

  function take(count: number): RawAnswer[] | undefined {
    const { answers, rest } = parseAnswers(inbox.bytes, isHead, count);
    if (answers.length === count) {
      inbox.bytes = rest;
      return answers;
    }
    if (!inbox.ended) return undefined;
    const heard = `${answers.length} of ${count} answers, then the end: ${inbox.bytes}`;
    throw new Error(heard, { cause: inbox.failure });
  }

  function takeAll(): RawAnswer[] | undefined {
    if (!inbox.ended) return undefined;
    if (inbox.failure !== undefined) throw inbox.failure;
    const { answers, rest } = parseAnswers(inbox.bytes, isHead);
    if (rest.length > 0) throw new Error(`half an answer: ${rest}`);
    inbox.bytes = Buffer.alloc(0);
    return answers;
  }

  async function close(how: 'destroy' | 'resetAndDestroy'): Promise<void> {
    if (!socket.destroyed) socket[how]();
    await closed;
  }

  return {
    send: (data) => new Promise((resolve) => socket.write(data, () => resolve())),
    finish: () => void socket.end(),
    answers: (count) => inbox.until(() => take(count)),
    untilClosed: () => inbox.until(takeAll),
    gone: () => inbox.until(() => inbox.ended || undefined).then(() => close('destroy')),
    leave: () => close('destroy'),
    reset: () => close('resetAndDestroy'),
  };
}

/** So many connections for the time of `body`. */
export async function dialMany<T>(
  url: string,
  count: number,
  body: (connections: readonly RawConnection[]) => Promise<T>,
): Promise<T> {
  if (count === 0) return await body([]);
  return await dial(url, (first) => {
    return dialMany(url, count - 1, (others) => body([first, ...others]));
  });
}

/** A POST of JSON as it stands on the wire. */
export function post(path: string, body: string, ...fields: readonly string[]): string {
  const length = `Content-Length: ${Buffer.byteLength(body)}`;
  return head(`POST ${path}`, 'Content-Type: application/json', length, ...fields) + body;
}

/** The head of a request up to its empty line; `Host` is there already. */
export function head(methodAndPath: string, ...fields: readonly string[]): string {
  return [`${methodAndPath} HTTP/1.1`, 'Host: localhost', ...fields, '', ''].join('\r\n');
}

/** A piece of a chunked body. */
export function chunk(data: string): string {
  return `${Buffer.byteLength(data).toString(16)}\r\n${data}\r\n`;
}

export const LAST_CHUNK = '0\r\n\r\n';
