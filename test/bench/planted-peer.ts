// A peer of our own, right or with a planted fault, as a row of the table of peers.

import { fileURLToPath } from 'node:url';
import type { Peer } from '../../bench/peers/peers.js';
import type { Fault } from '../fixtures/peers/peer.js';

const FIXTURE = fileURLToPath(new URL('../fixtures/peers/peer.js', import.meta.url));

export function planted(fault: Fault, change: Partial<Peer> = {}): Peer {
  const ready = { text: 'listening on', times: 1 };
  const how = { canWork: false, closesConnections: false, countsApart: false, threads: 0 };
  const own = { name: fault, by: { packages: [] }, words: () => [FIXTURE, fault], ready };
  return { ...own, ...how, ...change };
}
