// One of several that listen is stuck in a long scoring: the others go on, and what they say of all
// is what they can know. In this process; the scorer holds its thread for two seconds.

import * as assert from 'uvu/assert';
import { dialMany, head, post, type RawConnection } from '../support/http-raw.js';
import { TestService } from '../support/http-service.js';
import { suite } from '../support/suite.js';

const FAULTY = new URL('../../../test/fixtures/scorers/faulty.mjs', import.meta.url).href;
const CONNECTIONS = 8;

/** Scores one transaction; the process that did, as its ticket names it. */
async function processOf(raw: RawConnection): Promise<string> {
  await raw.send(post('/score', '{"amount":1}'));
  const [answer] = await raw.answers(1);
  return /@(\d+):/.exec(answer?.headers.get('ticket') ?? '')?.[1] ?? '';
}

async function ask(raw: RawConnection, path: string) {
  await raw.send(head(`GET ${path}`));
  const [answer] = await raw.answers(1);
  return { snapshot: answer?.headers.get('snapshot') ?? '', body: answer?.body ?? '' };
}

const test = suite('one of several is stuck');

test('cluster: reads are inexact meanwhile, and miss nothing that was acknowledged', async () => {
  const service = new TestService('cluster', { scorer: FAULTY });
  await service.start();
  try {
    await dialMany(service.url, CONNECTIONS, async (connections) => {
      const found = new Map<string, RawConnection>();
      for (const raw of connections) found.set(await processOf(raw), raw);
      const [stuck, free] = [...found.values()];
      if (stuck === undefined || free === undefined) throw new Error('one process had them all');
      await stuck.send(post('/score', '{"amount":1,"fault":"keeps its thread"}'));
      let read = await ask(free, '/stats');
      while (!read.snapshot.startsWith('inexact')) read = await ask(free, '/stats');
      assert.is(read.snapshot, 'inexact; collects=5');
      assert.is(JSON.parse(read.body).total, CONNECTIONS);
      assert.match((await ask(free, '/metrics')).body, /^two_callers_connections [1-7]$/m);
      assert.is((await stuck.answers(1))[0]?.status, 200);
      while (!read.snapshot.startsWith('exact')) read = await ask(free, '/stats');
      assert.is(JSON.parse(read.body).total, CONNECTIONS + 1);
    });
  } finally {
    await service.close();
  }
});

test.run();
