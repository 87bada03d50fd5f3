// One of several that listen is stuck in a long scoring: the others go on, and what they say of all
// is what they can know. The scorer holds its thread until the test leaves a file for it.

import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { dialMany, head, post, type RawConnection } from '../support/http-raw.js';
import { withTestService } from '../support/http-service.js';
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

interface Hold {
  /** A transaction whose scoring keeps its thread. */
  readonly transaction: string;
  begun(): Promise<void>;
  letGo(): Promise<void>;
}

/** Let go afterwards, whatever happens. */
async function withHold(body: (hold: Hold) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'two-callers-'));
  const [begun, until] = [join(folder, 'begun'), join(folder, 'until')];
  const letGo = () => writeFile(until, '');
  const transaction = { amount: 1, fault: 'keeps its thread', begun, until };
  try {
    await body({
      transaction: JSON.stringify(transaction),
      async begun() {
        while (!existsSync(begun)) await nextTurn();
      },
      letGo,
    });
  } finally {
    await letGo();
  }
  await rm(folder, { recursive: true }); // not before the scorer has seen it
}

/** What the others say of themselves: unlike the one that is stuck, they answer in the end. */
async function askMetrics(raw: RawConnection): Promise<string> {
  for (;;) {
    const { body } = await ask(raw, '/metrics');
    if (body.includes('two_callers_connections')) return body;
  }
}

const test = suite('one of several is stuck');

test('cluster: reads are inexact meanwhile, and miss nothing that was acknowledged', async () => {
  await withTestService('cluster', { scorer: FAULTY }, (service) =>
    withHold((hold) =>
      dialMany(service.url, CONNECTIONS, async (connections) => {
        const found = new Map<string, RawConnection>();
        for (const raw of connections) found.set(await processOf(raw), raw);
        const [stuck, free] = [...found.values()];
        if (stuck === undefined || free === undefined) throw new Error('one process had them all');
        await stuck.send(post('/score', hold.transaction));
        await hold.begun();
        let read = await ask(free, '/stats');
        assert.is(read.snapshot, 'inexact; collects=5');
        assert.is(JSON.parse(read.body).total, CONNECTIONS);
        assert.match(await askMetrics(free), /^two_callers_connections [1-7]$/m);
        await hold.letGo();
        assert.is((await stuck.answers(1))[0]?.status, 200);
        while (!read.snapshot.startsWith('exact')) read = await ask(free, '/stats');
        assert.is(JSON.parse(read.body).total, CONNECTIONS + 1);
      }),
    ),
  );
});

test.run();
