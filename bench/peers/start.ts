// Starts a peer for a measurement, and reads of it what can be read: its counters, where one
// process has them. Main thread of the runner.

import { readStats } from '../../src/checker/driver/assessment.js';
import { LEVEL } from '../runner/validity.js';
import { findProgram, type Peer } from './peers.js';
import { startProgram } from './program.js';

/** @throws Error in one line when it cannot be had here, or with its last words when it fails */
export async function startPeer(peer: Peer, workUs: number) {
  const program = findProgram(peer, workUs);
  if (typeof program === 'string') throw new Error(program);
  const { url, pid, close } = await startProgram(program);
  const counted = async () => (peer.countsApart ? undefined : (await readStats(url)).levels[LEVEL]);
  return { url, pid, counted, connectsAnew: peer.closesConnections, stop: close };
}
