// Addresses as people type them, accepted and refused. Nothing is connected to.

import * as assert from 'uvu/assert';
import { isClientError, parseServerUrl } from '../../../src/checker/driver/target.js';
import { suite } from '../../support/suite.js';

const test = suite('client: the URL');

const ACCEPTED: readonly [string, string][] = [
  ['http://127.0.0.1:5000', 'http://127.0.0.1:5000'],
  ['http://127.0.0.1:5000/', 'http://127.0.0.1:5000'],
  ['127.0.0.1:5000', 'http://127.0.0.1:5000'],
  ['localhost:5000', 'http://localhost:5000'],
  ['localhost', 'http://localhost'],
  ['[::1]:5000', 'http://[::1]:5000'],
  [' HTTP://Example.COM:80 ', 'http://example.com'],
  ['https://example.com', 'https://example.com'],
  ['example.com/scoring/', 'http://example.com/scoring'],
];

test('what people type becomes a URL', () => {
  for (const [typed, url] of ACCEPTED) assert.is(parseServerUrl(typed), url);
});

const REFUSED: readonly [string, RegExp][] = [
  ['', /^the URL is empty: /],
  ['ftp://127.0.0.1', /^"ftp:\/\/127.0.0.1": ftp:\/\/ is not http/],
  ['http://', /^"http:\/\/" is not a URL/],
  ['local host:5000', /is not a URL/],
  ['127.0.0.1:99999', /is not a URL/],
  ['127.0.0.1:port', /is not a URL/],
  ['http://127.0.0.1/?a=1', /what follows "\?" or "#"/],
  ['\u001b[31mred', /is not a URL/],
];

test('anything else is refused in one line that says how to write it', () => {
  for (const [typed, message] of REFUSED) {
    try {
      parseServerUrl(typed);
    } catch (error) {
      assert.ok(isClientError(error) && error.code === 'bad-url');
      assert.match((error as Error).message, message);
      assert.not.match((error as Error).message, '\n');
      assert.not.match((error as Error).message, '\u001b');
      continue;
    }
    assert.unreachable(`${JSON.stringify(typed)} was accepted`);
  }
});

test('a password is refused and not repeated', () => {
  assert.throws(
    () => parseServerUrl('http://anna:secret@127.0.0.1'),
    (error: Error) => /not supported/.test(error.message) && !error.message.includes('secret'),
  );
});

test.run();
