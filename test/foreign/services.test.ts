// What starts and ends the foreign services: nothing of them survives, not even a test that dies,
// and one that cannot run says why. The services are used without the checker.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import * as assert from 'uvu/assert';
import { untilRefused } from '../support/process.js';
import { suite } from '../support/suite.js';
import { SERVICES, type ServiceName, startForeign, unavailable } from './services.js';

const MODULE = new URL('./services.js', import.meta.url).href;

const test = suite('starting foreign services');
test.timeout(30_000);

const ONE_OF_EACH: readonly ServiceName[] = [
  'flask, own server',
  'gunicorn, 2 processes × 4 threads',
  'node:cluster, 2 processes',
  'node, await before',
  'redis, INCR',
];

for (const name of ONE_OF_EACH) {
  const title = `${name}: it listens, and nothing is left of it when it is closed`;
  const reason = unavailable(name);
  if (reason !== undefined) {
    test.unavailable(title, reason);
    continue;
  }
  test(title, async () => {
    const { url, close } = await startForeign(SERVICES[name]);
    try {
      const path = /^(flask|gunicorn)/.test(name) ? '/stats' : '/count';
      const answer = await fetch(url + path);
      assert.is(((await answer.json()) as { total: number }).total, 0);
    } finally {
      await close();
    }
    await untilRefused(url);
  });
}

test('a service ends with the process that started it, by SIGKILL too', async () => {
  const script = [
    `import { SERVICES, startForeign } from ${JSON.stringify(MODULE)};`,
    "const { url } = await startForeign(SERVICES['node:cluster, 2 processes']);",
    'console.log(url);',
  ];
  const starter = spawn(process.execPath, ['--input-type=module', '-e', script.join('\n')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [url] = (await once(createInterface({ input: starter.stdout }), 'line')) as [string];
  assert.is((await fetch(`${url}/count`)).status, 200);
  starter.kill('SIGKILL');
  await untilRefused(url);
});

for (const [what, words, why] of [
  ['that ends before it listens', ['node', '-e', 'console.error("no luck")'], /no luck/],
  ['whose file is missing', ['node', './missing.mjs'], /Cannot find module/],
] as const) {
  test(`a service ${what} fails with what it said`, async () => {
    const service = { needs: [], words, ready: { text: 'listening', times: 1 } };
    const failure = await startForeign(service).then(
      () => 'it started',
      (error: Error) => error.message,
    );
    assert.match(failure, why);
  });
}

test('a service without its program is unavailable, and says which package has it', () => {
  assert.match(unavailable('redis, INCR', '/nowhere') ?? '', /no redis-server.*apt-get install/);
  assert.is(unavailable('node, await before', '/nowhere'), undefined);
});

test.run();
