// A service that is broken on purpose says so wherever it can be asked, in every topology, and does
// its wrong: shown where requests can be put in order, so that no luck is needed. Honest tallies
// say nothing of the kind. And the table of what can fail where is whole.

import { Client } from 'undici';
import * as assert from 'uvu/assert';
import { CONDITIONS } from '../../src/checker/judgement.js';
import { findSeededFault, SEEDED_FAULT_NAMES } from '../../src/tally/faults/seeded-faults.js';
import { TALLY_KINDS, type TallyName } from '../../src/tally/tally.js';
import { assessVisibility, FAULT_VISIBILITY } from '../../src/topologies/fault-visibility.js';
import { SERVE_DEFAULTS } from '../../src/topologies/options.js';
import { TOPOLOGY_NAMES, type TopologyName, unavailable } from '../../src/topologies/topology.js';
import { dial, post } from '../support/http-raw.js';
import { plainTicket, type TestService, withTestService } from '../support/http-service.js';
import { LATCHED_SCORER, withLatch } from '../support/latch.js';
import { withServiceProcess } from '../support/process.js';
import { suite } from '../support/suite.js';

type Options = Parameters<typeof withTestService>[1];

/** Each service that is started here is looked at: broken ones say so, correct ones do not. */
function withService<T>(
  topology: TopologyName,
  options: Options & { readonly tally: TallyName },
  body: (service: TestService) => Promise<T>,
): Promise<T> {
  return withTestService(topology, options, async (service) => {
    await expectLabels(service, findSeededFault(options.tally));
    return await body(service);
  });
}

async function expectLabels(service: TestService, fault: string | undefined): Promise<void> {
  const metrics = (await service.get('/metrics')).body.split('\n');
  const series = metrics.filter((line) => line.startsWith('two_callers_planted_fault'));
  const status = JSON.parse((await service.get('/status')).body);
  const about = { service: 'monitoring', version: '1.0' };
  if (fault === undefined) {
    assert.equal(status, { ...about, status: 'ok' });
    assert.equal(series, ['two_callers_planted_fault 0']);
  } else {
    assert.equal(status, { ...about, status: 'broken', planted_fault: fault });
    assert.equal(series, [`two_callers_planted_fault{fault="${fault}"} 1`]);
  }
}

/** As /stats has it, without asking that it adds up. */
async function stats(service: Pick<TestService, 'get'>) {
  const { total, levels } = JSON.parse((await service.get('/stats')).body);
  const counts: number[] = Object.values(levels);
  return { total, sum: counts.reduce((all, count) => all + count, 0) };
}

const score = async (service: TestService, transaction: object = { amount: 1 }) => {
  const answer = await service.post('/score', transaction);
  assert.is(answer.status, 200, answer.body);
  return plainTicket(answer.headers.get('ticket'));
};

const test = suite('planted faults of a service');
const here = TOPOLOGY_NAMES.filter((topology) => unavailable(topology) === undefined);

for (const topology of TOPOLOGY_NAMES.filter((name) => !here.includes(name))) {
  test.unavailable(`${topology}: planted faults`, `${unavailable(topology)}`, { installable: false });
}

for (const topology of here) {
  test(`${topology}: the log says it before all else, as an error`, async () => {
    const said = await logOf(topology, 'racy', ['--json']);
    const [first, second] = said.split('\n').map((line) => JSON.parse(line || '{}'));
    assert.is(first.level, 'error');
    const { isVisible } = assessVisibility('racy', topology, SERVE_DEFAULTS.threads);
    const { event, fault, canShow } = first;
    assert.equal([event, fault, canShow], ['seeded-fault', 'racy', isVisible]);
    assert.is(second.plantedFault, 'racy');
    assert.is(second.event, 'listening');
  });
}

for (const tally of TALLY_KINDS) {
  test(`${tally}: an honest service is not called broken`, async () => {
    await withService('inline', { tally }, async (service) => {
      assert.is(await score(service), tally === 'striped' ? 'LOW.0:1' : 'LOW:1');
    });
  });
}

test('the log of an honest service names no fault', async () => {
  const said = await logOf('inline', 'mutex', ['--json']);
  assert.match(said, /"event":"listening"/);
  assert.not.match(said, /seeded-fault|plantedFault/);
});

async function logOf(topology: TopologyName, tally: TallyName, more: readonly string[]) {
  const words = ['--topology', topology, '--tally', tally, ...more];
  return withServiceProcess(words, async ({ child, ended }) => {
    child.kill('SIGTERM');
    return (await ended).stdout;
  });
}

/** Two scorings that overlap: one process, since two share no cell; else one each, or one loop. */
async function twoAtOnce(topology: TopologyName, tally: TallyName) {
  const threads = topology === 'cluster' ? 1 : 2;
  return withLatch((latch) =>
    withService(topology, { tally, threads, scorer: LATCHED_SCORER }, async (service) => {
      const asked = ['A', 'B'].map((name) => score(service, latch.transaction(name)));
      await latch.arrived(2);
      const during = await stats(service);
      latch.openForAll();
      const tickets = (await Promise.all(asked)).map((ticket) => ticket.split(':')[1]);
      const { total } = await stats(service);
      return { during, tickets: tickets.toSorted(), total };
    }),
  );
}

for (const topology of here) {
  test(`${topology}, racy: two that are scored at the same time get one ticket`, async () => {
    const { tickets, total } = await twoAtOnce(topology, 'racy');
    assert.equal([tickets, total], [['1', '1'], 1]);
  });

  test(`${topology}, atomic: two that are scored at the same time get two tickets`, async () => {
    const { tickets, total, during } = await twoAtOnce(topology, 'atomic');
    assert.equal([tickets, total], [['1', '2'], 2]);
    assert.equal(during, { total: 0, sum: 0 });
  });

  test(`${topology}, double: the 50th add of a thread is counted twice`, async () => {
    await withService(topology, { tally: 'double', threads: 1 }, async (service) => {
      const tickets: string[] = [];
      for (let asked = 0; asked < 50; asked++) tickets.push(await score(service));
      assert.equal(tickets.slice(-2), ['LOW:49', 'LOW:51']);
      assert.equal(await stats(service), { total: 51, sum: 51 });
    });
  });

  test(`${topology}, stale: a read misses what was acknowledged before it`, async () => {
    await withService(topology, { tally: 'stale', threads: 1 }, async (service) => {
      let acknowledged = 0;
      let isLow = false;
      // Once, unless it took more than the 100 ms between two lines.
      while (!isLow) {
        await stats(service);
        await score(service);
        acknowledged += 1;
        isLow = (await stats(service)).total < acknowledged;
      }
    });
  });

  const seen = topology === 'cluster' ? 0 : 2;
  test(`${topology}, torn: with two on their way the levels say 0, the total ${seen}`, async () => {
    const { during, total } = await twoAtOnce(topology, 'torn');
    assert.equal([during, total], [{ total: seen, sum: 0 }, 2]);
  });
}

for (const topology of ['pool', 'batched'] as const) {
  test(`${topology}, local: 20 acknowledged requests, and the main thread shows 0`, async () => {
    await withService(topology, { tally: 'local' }, async (service) => {
      for (let asked = 0; asked < 20; asked++) assert.match(await score(service), /^LOW:\d+$/);
      assert.equal(await stats(service), { total: 0, sum: 0 });
    });
  });
}

test('cluster, local: each process answers with its own counts and tickets', async () => {
  await withService('cluster', { tally: 'local', threads: 2 }, async ({ url }) => {
    // One connection goes to each, in turn.
    const clients = [new Client(url), new Client(url)];
    const ask = async (client: Client, method: 'GET' | 'POST', path: string) => {
      const body = method === 'POST' ? '{"amount":1}' : null;
      const headers = { 'content-type': 'application/json' };
      const response = await client.request({ method, path, body, headers });
      return { ticket: response.headers.ticket, value: await response.body.json() };
    };
    try {
      for (const expected of ['LOW:1', 'LOW:2']) {
        for (const client of clients) {
          assert.is((await ask(client, 'POST', '/score')).ticket, expected);
        }
      }
      for (const client of clients) {
        assert.is(((await ask(client, 'GET', '/stats')).value as { total: number }).total, 2);
      }
    } finally {
      await Promise.all(clients.map((client) => client.destroy()));
    }
  });
});

for (const topology of here.filter((name) => name !== 'pool' && name !== 'batched')) {
  test(`${topology}, await-race: two requests of one turn get one ticket`, async () => {
    await withService(topology, { tally: 'await-race' }, async ({ url }) => {
      await dial(url, async (connection) => {
        await connection.send(post('/score', '{"amount":1}').repeat(2));
        const answers = await connection.answers(2);
        const tickets = answers.map(({ headers }) => plainTicket(headers.get('ticket')));
        assert.equal(tickets, ['LOW:1', 'LOW:1']);
      });
    });
  });
}

test('the table says of each fault and topology whether it can fail, and by what', () => {
  for (const fault of SEEDED_FAULT_NAMES) {
    assert.equal(Object.keys(FAULT_VISIBILITY[fault]).toSorted(), TOPOLOGY_NAMES.toSorted());
    for (const topology of TOPOLOGY_NAMES) {
      for (const threads of [1, 2, 8]) {
        const { isVisible, why, conditions } = assessVisibility(fault, topology, threads);
        assert.match(why, /\w/);
        assert.is(conditions.length > 0, isVisible, `${fault} ${topology} ${threads}`);
        for (const condition of conditions) assert.ok(condition in CONDITIONS, condition);
      }
    }
  }
});

test('what needs two threads cannot fail with one, and what never can with none', () => {
  const can = (topology: TopologyName, threads: number) =>
    assessVisibility('racy', topology, threads).isVisible;
  assert.equal([can('threads', 1), can('threads', 2)], [false, true]);
  assert.equal([can('inline', 8), can('cluster', 8)], [false, false]);
});

test.run();
