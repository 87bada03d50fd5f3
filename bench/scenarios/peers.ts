// What other servers answer that do the same: one transaction, the same rules, the same right
// answer, over as many connections. Ours are the reference. Every row is loaded by the raw
// generator, which alone can load a server that closes its connections.

import {
  describePeer,
  explainUnavailable,
  FINDERS,
  type Finders,
  PEERS,
  type Peer,
} from '../peers/peers.js';
import { measureScore } from '../runner/measure.js';
import type { Plan } from '../runner/plan.js';
import type { Claim, Measurement, RunContext, Scenario, Variant } from '../runner/scenario.js';
import { claimsOn, rowName, rows, variant } from './variants.js';

const WORK_US = 500;

/** One of each kind is enough to see that they run. */
const SMOKE = ['fastify', 'flask', 'gunicorn x2', 'uvicorn, fastapi'];

const worksOf = ({ scale }: Plan) => (scale === 'full' ? [0, WORK_US] : [0]);

function peersOf({ scale }: Plan): readonly Peer[] {
  const chosen = scale === 'smoke' ? PEERS.filter(({ name }) => SMOKE.includes(name)) : PEERS;
  return chosen.filter((peer) => explainUnavailable(peer) === undefined);
}

const peerName = (name: string, workUs: number) => `${name} + ${workUs} us`;

export function peerRow(peer: Peer, workUs: number): Variant {
  const { name, threads } = peer;
  const row = { topology: 'peer', peer, threads, workUs, flags: [] } as const;
  return { ...row, name: peerName(name, workUs) };
}

const threadsOf = ({ taskWorkers }: Plan) => Math.max(...taskWorkers);

function variants(plan: Plan): readonly Variant[] {
  return worksOf(plan).flatMap((workUs) => [
    ...rows([variant('inline', 0, workUs), variant('batched', threadsOf(plan), workUs)]),
    ...peersOf(plan)
      .filter(({ canWork }) => canWork || workUs === 0)
      .map((peer) => peerRow(peer, workUs)),
  ]);
}

function claims(plan: Plan): readonly Claim[] {
  const claim = (of: string, against: string): Claim => {
    return { says: of, metric: 'perSecond', of, against: [against], target: undefined };
  };
  const all = worksOf(plan).flatMap((workUs) => {
    const inline = rowName('inline', 0, workUs);
    const batched = rowName('batched', threadsOf(plan), workUs);
    const pooled = peerName('fastify, piscina x2', workUs);
    return [
      claim(batched, inline),
      ...PEERS.map(({ name }) => claim(peerName(name, workUs), inline)),
      claim(batched, pooled),
    ];
  });
  return claimsOn(variants(plan), all);
}

/** In one note, so that a report that shows one a variant shows all of it. */
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

export const peers: Scenario = {
  about: 'Fastify, Flask, gunicorn, uvicorn with the same rules; all by the raw generator',
  isDefault: true,
  variants,
  claims,
  measure,
  unavailable: missingPeers,
};
