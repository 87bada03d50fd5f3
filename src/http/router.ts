// From method and URL to a row of the route table, or to the problem when there is none. HEAD is GET
// without its body. OPTIONS and 405 come from the table. It touches no socket.

import findMyWay from 'find-my-way';
import { ProblemError } from './problems.js';
import type { Route } from './route.js';

export interface Match {
  readonly route: Route;
  /** The row in the route table. */
  readonly index: number;
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly query: Readonly<Record<string, unknown>>;
}

export interface Router {
  /** @throws ProblemError bad-url, not-found or method-not-allowed (with `Allow`) */
  match(method: string, url: string): Match;
  /** The methods a path answers, for `OPTIONS`; `*` asks for all. */
  allowed(url: string): string;
  /** The row of requests that match no route: after the last. */
  readonly unmatchedRow: number;
}

/** A longer path parameter is not found. */
const PARAMETER_CHARS_MAX = 256;

export function createRouter(routes: readonly Route[]): Router {
  const router = findMyWay({ ignoreTrailingSlash: false, maxParamLength: PARAMETER_CHARS_MAX });
  for (const [index, route] of routes.entries()) {
    // The handler is never called: find-my-way only finds, and returns the row as its store.
    router.on(route.method, route.path, () => {}, { route, index });
  }

  function find(method: 'GET' | 'POST', url: string): Match | undefined {
    const found = router.find(method, url);
    if (found === null) return undefined;
    const { route, index } = found.store as { route: Route; index: number };
    return { route, index, params: found.params, query: found.searchParams };
  }

  function allowed(url: string): string {
    const methods = ['OPTIONS'];
    if (url === '*' || find('GET', url) !== undefined) methods.unshift('GET', 'HEAD');
    if (url === '*' || find('POST', url) !== undefined) methods.unshift('POST');
    return methods.length === 1 ? '' : methods.join(', ');
  }

  return {
    unmatchedRow: routes.length,
    allowed,
    match(method, url) {
      if (!isDecodable(url)) throw new ProblemError('bad-url', `The path cannot be decoded: bad %`);
      const wanted = method === 'HEAD' ? 'GET' : method;
      if (wanted === 'GET' || wanted === 'POST') {
        const match = find(wanted, url);
        if (match !== undefined) return match;
      }
      const allow = allowed(url);
      const path = url.split('?', 1)[0]?.slice(0, 200);
      if (allow === '') {
        throw new ProblemError('not-found', `There is nothing at ${path}; see /openapi.json`);
      }
      const detail = `${path} does not answer ${method}; it answers ${allow}`;
      throw new ProblemError('method-not-allowed', detail, { headers: { Allow: allow } });
    },
  };
}

function isDecodable(url: string): boolean {
  if (!url.includes('%')) return true;
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? url);
    return true;
  } catch {
    return false;
  }
}
