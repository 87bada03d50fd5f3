// What other servers answer for the same transaction by the same rules. Ours are the reference. The raw
// generator loads every variant, because only it can load a server that closes its connections.

import { describePeer, explainUnavailable, FINDERS, type Finders, PEERS, type Peer } from '../peers/peers.js';
import { buildMedianDots, buildTable, formatMedians, formatRatioCells } from '../report/chart-data.js';
import type { ReportedScenario, SectionContent } from '../report/model.js';
import { formatAtWork, formatComparison, formatWork, SPEED, toSentence } from '../report/wording.js';
import { measureScore } from '../runner/measure.js';
import type { Plan } from '../runner/plan.js';
import type { Claim, Measurement, RunContext, Variant } from '../runner/scenario.js';
import { distinctNumbers, type MeasuredVariant, type ScenarioData } from '../stats/scenario-data.js';
import { rowName, rows, variant } from './variants.js';

const WORK_US = 500;

/** One of each kind. */
const SMOKE = ['fastify', 'flask', 'gunicorn x2', 'uvicorn, fastapi'];

const listWorks = ({ scale }: Plan) => (scale === 'full' ? [0, WORK_US] : [0]);

function selectPeers({ scale }: Plan): readonly Peer[] {
  const chosen = scale === 'smoke' ? PEERS.filter(({ name }) => SMOKE.includes(name)) : PEERS;
  return chosen.filter((peer) => explainUnavailable(peer) === undefined);
}

const peerName = (name: string, workUs: number) => `${name} + ${workUs} us`;

export function peerRow(peer: Peer, workUs: number): Variant {
  const { name, threads } = peer;
  const row = { topology: 'peer', peer, threads, workUs, flags: [] } as const;
  return { ...row, name: peerName(name, workUs) };
}

const chooseThreads = ({ taskWorkers }: Plan) => Math.max(...taskWorkers);

function variants(plan: Plan): readonly Variant[] {
  return listWorks(plan).flatMap((workUs) => [
    ...rows([variant('inline', 0, workUs), variant('batched', chooseThreads(plan), workUs)]),
    ...selectPeers(plan)
      .filter(({ canWork }) => canWork || workUs === 0)
      .map((peer) => peerRow(peer, workUs)),
  ]);
}

function claims(plan: Plan): readonly Claim[] {
  const claim = (of: string, against: string): Claim => {
    return { says: of, metric: 'perSecond', of, against: [against], target: undefined };
  };
  return listWorks(plan).flatMap((workUs) => {
    const inline = rowName('inline', 0, workUs);
    const batched = rowName('batched', chooseThreads(plan), workUs);
    const pooled = peerName('fastify, piscina x2', workUs);
    return [
      claim(batched, inline),
      ...PEERS.map(({ name }) => claim(peerName(name, workUs), inline)),
      claim(batched, pooled),
    ];
  });
}

/** One note, because the report shows one for each variant. */
async function measure(row: Variant, context: RunContext): Promise<Measurement> {
  const plan = { ...context.plan, generator: 'raw' } as const;
  const measured = await measureScore(row, { ...context, plan });
  const own = row.peer === undefined ? [] : [describePeer(row.peer)];
  const notes = ['loaded by the raw generator', ...own, ...(measured.notes ?? [])];
  return { ...measured, notes: [notes.join('; ')] };
}

export function missingPeers(finders: Finders = FINDERS) {
  return PEERS.flatMap((peer) => {
    const reason = explainUnavailable(peer, finders);
    return reason === undefined ? [] : [[peer.name, reason] as const];
  });
}

function findInline(data: ScenarioData, workUs: number): MeasuredVariant | undefined {
  return data.variants.find((one) => one.topology === 'inline' && one.workUs === workUs);
}

function describeAt(data: ScenarioData, workUs: number): readonly string[] {
  const inline = findInline(data, workUs);
  const what = formatAtWork(workUs);
  if (inline === undefined) return [`${what}, our inline was not measured: nothing is compared`];
  return data.variants
    .filter((one) => one.workUs === workUs && one !== inline)
    .map(({ label, variant: name }) => {
      return { label, ratio: data.ratio(name, inline.variant, 'perSecond') };
    })
    .toSorted((a, b) => b.ratio.median - a.ratio.median)
    .map(({ label, ratio }) => {
      return `${what}, ${label} serves ${formatComparison(ratio, 'the requests of our inline', SPEED)}`;
    });
}

function describe(data: ScenarioData): SectionContent {
  const works = distinctNumbers(data.variants.map(({ workUs }) => workUs));
  const byWork = works.flatMap((workUs) => data.variants.filter((one) => one.workUs === workUs));
  const says = works.flatMap((workUs) => describeAt(data, workUs)).map(toSentence);
  const sorted = { ...data, variants: byWork };
  const findGroup = ({ workUs }: MeasuredVariant) => (works.length > 1 ? formatWork(workUs) : '');
  const [rateTitle, p99Title] = [
    'Requests answered per second, by server',
    'p99 by server, each at its full load',
  ];
  const throughput = { id: 'peers-throughput', title: rateTitle, axis: 'answered, requests/s' };
  const p99 = { id: 'peers-p99', title: p99Title, axis: 'p99, ms' };
  const cells = byWork.map((one) => {
    const inline = findInline(data, one.workUs);
    const isOther = inline !== undefined && inline !== one;
    const ratio = isOther ? data.ratio(one.variant, inline.variant, 'perSecond') : undefined;
    const values = formatMedians(data, one.variant, ['perSecond', 'p99Ms']);
    const { n } = data.median(one.variant, 'perSecond');
    return [one.label, formatWork(one.workUs), ...values, ...formatRatioCells(ratio), `${n}`];
  });
  return {
    title: 'How do other servers compare that do the same?',
    says: says.length === 0 ? ['Nothing was measured that could be compared.'] : says,
    charts: [
      ...buildMedianDots(sorted, 'perSecond', { ...throughput, scale: 'log' }, findGroup),
      ...buildMedianDots(sorted, 'p99Ms', { ...p99, scale: 'log' }, findGroup),
    ],
    tables: buildTable(
      'Medians over the rounds; the ratio is of throughput to our inline, paired by round',
      ['server', 'added work', 'requests/s', 'p99, ms', '/ inline', 'seen', 'n'],
      cells,
    ),
    how:
      'Each server gets the same transaction, has the same rules and gives the same right answer. ' +
      'Plain sockets load each in the same way. A p99 at full load shows the length of the queue, ' +
      'not how fast an idle server answers.',
    changes:
      'The other duties of a server (checking, counting, serialising fields) and the number of its ' +
      'processes: several processes share the cores with the generator here. Versions of Node and ' +
      'Python count, too.',
  };
}

export const peers: ReportedScenario = {
  about: 'Fastify, Flask, gunicorn, uvicorn with the same rules; all by the raw generator',
  isDefault: true,
  variants,
  claims,
  measure,
  unavailable: missingPeers,
  describe,
};
