// Reads the answers of one connection, one outstanding request at a time: status line,
// Content-Length, body. As little as a generator can do and still notice a wrong answer; what it
// does not know (chunked bodies, more bytes than said) it calls broken. Pure.

export type Reading =
  | { readonly state: 'more' }
  | { readonly state: 'answer'; readonly status: number; readonly body: string }
  | { readonly state: 'broken'; readonly why: string };

const HEAD_END = '\r\n\r\n';
const HEAD_BYTES_MAX = 16 * 1024;
const STATUS_LINE = /^HTTP\/1\.([01]) (\d{3})[ \r]/;
const LENGTH = /\r\ncontent-length: *(\d+)\r\n/i;
const CLOSES = /\r\nconnection: *close\r\n/i;

/**
 * Give it what arrived, as Latin-1, so that a character is a byte.
 * @param isLast true: the connection is for one answer, and may be closed after it
 */
export function createResponseReader(isLast = false): (chunk: string) => Reading {
  let held = '';
  return (chunk) => {
    held = held === '' ? chunk : held + chunk;
    const headLength = held.indexOf(HEAD_END);
    if (headLength < 0) {
      return held.length > HEAD_BYTES_MAX ? broken('an endless head') : { state: 'more' };
    }
    const head = held.slice(0, headLength + 2);
    const [, minor, status] = STATUS_LINE.exec(head) ?? [];
    if (status === undefined) return broken(`no status line: ${head.slice(0, 40)}`);
    const [, length] = LENGTH.exec(head) ?? [];
    if (length === undefined) return broken('no Content-Length');
    if (!isLast && (minor === '0' || CLOSES.test(head))) {
      return broken(`the server closes the connection (status ${status})`);
    }
    const from = headLength + HEAD_END.length;
    const missing = from + Number(length) - held.length;
    if (missing > 0) return { state: 'more' };
    if (missing < 0) return broken(`${-missing} bytes more than the Content-Length says`);
    const body = held.slice(from);
    held = '';
    return { state: 'answer', status: Number(status), body };
  };
}

function broken(why: string): Reading {
  return { state: 'broken', why };
}
