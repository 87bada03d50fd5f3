// For which hosts the service answers, and which foreign pages may read its answers. A page of another site
// can let its own name point to 127.0.0.1 (DNS rebinding); its requests carry that name as their `Host`.
// Main thread or listening thread.

import { BlockList, isIP } from 'node:net';
import { ProblemError } from './problems.js';

/** `host`, `host:port`, `[::1]:port`. RFC 9110, 7.2, without user names and percent signs. */
const HOST = /^(\[[0-9a-f:.]+\]|[\w.~!$&'()*+,;=-]+)(?::\d{0,5})?$/i;

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

const CORS_EXPOSED = 'Ticket, Server-Timing, Snapshot, Retry-After';
const CORS_PREFLIGHT = [
  ...['Access-Control-Allow-Methods', 'GET, HEAD, POST, OPTIONS'],
  ...['Access-Control-Allow-Headers', 'Content-Type, Request-Timeout-Ms'],
  ...['Access-Control-Max-Age', '600'],
];

const VARY = ['Vary', 'Origin'];

export class HostPolicy {
  readonly #isLoopback: boolean;
  readonly #allowedHosts: ReadonlySet<string>;
  readonly #corsOrigins: ReadonlySet<string>;
  /** The last `Host` that was accepted: it needs no check, and most clients always send the same. */
  accepted: string | undefined;
  readonly hasCors: boolean;

  /** `host`: the address on which the service listens. */
  constructor(host: string, allowedHosts: readonly string[], corsOrigins: readonly string[]) {
    this.#isLoopback = isLoopback(host);
    this.#allowedHosts = new Set(allowedHosts.map((name) => name.toLowerCase()));
    this.#corsOrigins = new Set(corsOrigins);
    this.hasCors = corsOrigins.length > 0;
  }

  /**
   * RFC 9112, 3.2: a server must refuse an HTTP/1.1 request without a `Host`, with two, or with an invalid
   * one. node:http joins two by a comma and a space, which makes them invalid.
   * @throws ProblemError malformed-http or misdirected-request
   */
  check(host: string | undefined, httpVersion: string): void {
    if (host === undefined) {
      if (httpVersion === '1.0') return;
      throw createMalformed('An HTTP/1.1 request must have a Host header field');
    }
    const name = HOST.exec(host)?.[1]?.toLowerCase();
    if (name === undefined) {
      throw createMalformed('The request must have one Host header field: a host, and maybe a port');
    }
    if (this.#isLoopback && !isLoopback(name) && !this.#allowedHosts.has(name)) {
      const detail = `A service on a loopback address does not answer for '${name.slice(0, 100)}'`;
      throw new ProblemError('misdirected-request', `${detail}; see --allowed-host`);
    }
    this.accepted = host;
  }

  /** The header fields that let a page of an allowed origin read an answer; names and values in turn. */
  createCorsHeaders(origin: string | undefined, isPreflight: boolean): readonly string[] {
    if (origin === undefined || !this.#corsOrigins.has(origin)) return VARY;
    const own = ['Access-Control-Allow-Origin', origin, 'Access-Control-Expose-Headers', CORS_EXPOSED];
    return [...VARY, ...own, ...(isPreflight ? CORS_PREFLIGHT : [])];
  }
}

function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  const version = isIP(name);
  return version !== 0 && LOOPBACK.check(name, version === 6 ? 'ipv6' : 'ipv4');
}

function createMalformed(detail: string): ProblemError {
  return new ProblemError('malformed-http', detail, { headers: { Connection: 'close' } });
}
