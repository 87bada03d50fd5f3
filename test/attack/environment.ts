// Attacks by names: hosts that are foreign, doubled or no host, a form of another site, CONNECT behind a
// request, and the HOST that conda exports.

import type { TopologyName } from '../../src/topologies/topology.js';
import { readStats } from '../support/count-oracle.js';
import { exchange, post } from '../support/http-raw.js';
import { startCli } from '../support/process.js';
import { attackService, type Outcome, type Scale } from './attack.js';
import { readAcknowledged } from './clients.js';

const SCORED = post('/score', '{"amount":1}');

function withHost(...fields: readonly string[]): string {
  return ['GET /stats HTTP/1.1', ...fields, 'Connection: close', '', ''].join('\r\n');
}

const FORM = [
  ...['POST /score HTTP/1.1', 'Host: localhost', 'Origin: http://evil.example'],
  ...['Content-Type: text/plain', 'Content-Length: 12', 'Connection: close', '', '{"amount":1}'],
].join('\r\n');

/** What is sent -> the statuses it is answered with, in order. */
const REFUSALS: readonly (readonly [name: string, bytes: string, statuses: string])[] = [
  ['a foreign Host', withHost('Host: evil.example'), '421'],
  ['a foreign Host with our port', withHost('Host: evil.example:5000'), '421'],
  ['two Hosts', withHost('Host: localhost', 'Host: evil.example'), '400'],
  ['no host as Host', withHost('Host: a b/c@d'), '400'],
  ['no Host', withHost(), '400'],
  ['a form of another site', FORM, '415'],
  ['CONNECT behind a request', `${SCORED}CONNECT x:1 HTTP/1.1\r\nHost: localhost\r\n\r\n`, '200 405'],
];

export function foreignHosts(topology: TopologyName, scale: Scale): Promise<Outcome> {
  return attackService(topology, scale, {}, async ({ url }, ledger) => {
    const { rejected } = (await readStats(url)) as unknown as { readonly rejected: number };
    const faults: string[] = [];
    for (const [name, bytes, expected] of REFUSALS) {
      const answers = await exchange(url, bytes);
      ledger.acknowledged.push(...readAcknowledged(answers));
      const statuses = answers.map(({ status }) => status).join(' ');
      if (statuses !== expected) faults.push(`answer: ${name} got ${statuses}, not ${expected}`);
    }
    const after = (await readStats(url)) as unknown as { readonly rejected: number };
    const moved = after.rejected - rejected;
    if (topology === 'inline' && moved > 0) faults.push(`count: rejected moved by ${moved}`);
    return {
      sent: `${REFUSALS.length} kinds of names`,
      seen: `${REFUSALS.length - faults.length} as they should`,
      faults,
    };
  });
}

const CONDA = 'x86_64-conda-linux-gnu';

export async function condaHost(topology: TopologyName, { signal }: Scale): Promise<Outcome> {
  const words = ['check', '--self-test', '--seeds', '1', '--topology', topology, '--tally', 'atomic'];
  const { child, ended } = startCli(words, { HOST: CONDA, PORT: '1' });
  const end = () => void child.kill('SIGTERM');
  signal.addEventListener('abort', end);
  const { code } = await ended;
  signal.removeEventListener('abort', end);
  const faults = code === 0 ? [] : [`end: check --self-test ended with ${code}, not 0`];
  return { sent: `check --self-test with HOST=${CONDA}`, seen: `ended with ${code}`, faults };
}
