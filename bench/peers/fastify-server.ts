// The scoring endpoint on Fastify, with this project's rules: `node fastify-server.js <work us> [threads]`.
// Without threads it scores in the handler; with them it gives each request to a Piscina pool. Its counters
// are plain numbers: one event loop adds to them, and awaits nothing in between.

import { type FastifySchema, fastify } from 'fastify';
import { Piscina } from 'piscina';
import { calibrateWork, doWork } from '../../src/execution/work.js';
import { type Assessment, LEVELS, type RiskLevel, scoreByRules } from '../../src/scoring/rules.js';
import { AssessmentSchema } from '../../src/scoring/schemas.js';
import { parseTransaction, type Transaction } from '../../src/scoring/transaction.js';

type Score = (transaction: Transaction) => Assessment | Promise<Assessment>;

const [workUs = 0, threads = 0] = process.argv.slice(2).map(Number);
const iterations = calibrateWork(workUs);

function inHandler(transaction: Transaction): Assessment {
  doWork(iterations);
  return scoreByRules(transaction);
}

/** Piscina's defaults, but for the number of threads, which would be that of the cores and more. */
function inPool(): Score {
  const filename = new URL('./fastify-score.worker.js', import.meta.url).href;
  const size = { minThreads: threads, maxThreads: threads };
  const pool = new Piscina({ filename, name: 'score', workerData: iterations, ...size });
  return (transaction) => pool.run(transaction);
}

const score: Score = threads === 0 ? inHandler : inPool();
const counts: Record<RiskLevel, number> = { LOW: 0, MEDIUM: 0, HIGH: 0, CRITICAL: 0 };
const server = fastify();
/** It prints what it knows the form of faster, and its own pages advise it. */
const SCHEMA: FastifySchema = { response: { 200: AssessmentSchema } };

server.post('/score', { schema: SCHEMA }, async (request, reply) => {
  const parsed = parseTransaction(request.body);
  if (!parsed.ok) return reply.code(400).send({ error: parsed.errors[0]?.detail });
  const assessment = await score(parsed.transaction);
  counts[assessment.risk_level]++;
  return assessment;
});

server.get('/stats', async () => {
  const total = LEVELS.reduce((sum, level) => sum + counts[level], 0);
  return { total, high: counts.HIGH + counts.CRITICAL, levels: counts };
});

console.log(`listening on ${await server.listen({ host: '127.0.0.1', port: 0 })}`);
