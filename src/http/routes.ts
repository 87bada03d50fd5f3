// The route table: the routes that score and show counts, then those of routes-service.ts. Main
// thread or listening thread. Matching, 405, OpenAPI, the labels of the metrics and the reference
// derive from it. A new route is one row.

import Type from 'typebox';
import { COUNTER_NAMES, LEVELS } from '../scoring/rules.js';
import { AssessmentSchema, TransactionSchema } from '../scoring/schemas.js';
import { BODY_PROBLEMS, type ProblemCode } from './problems.js';
import { JSON_TYPE, json, plain, type Reply, type Route, type Service, text } from './route.js';
import { SERVICE_ROUTES, TRANSACTION_BYTES_MAX } from './routes-service.js';
import { BATCH_ITEMS_MAX, scoreBatch, scoreOne } from './score-handlers.js';

export const BATCH_BYTES_MAX = 4 * 1024 * 1024;

const SCORING_PROBLEMS: readonly ProblemCode[] = [
  ...BODY_PROBLEMS,
  'scorer-failed',
  'count-failed',
  'thread-died',
  'closing',
  'invalid-header',
  'deadline-passed',
];

const TX_EXAMPLE = { tx_id: 'TX0042', amount: 4200, category: 'electronics', hour: 3 };
const ASSESSMENT_EXAMPLE = {
  score: 7,
  risk_level: 'CRITICAL',
  triggered_rules: ['R1: amount > 3000', 'R2: electronics > 1500', 'R3: night hour'],
  tx_id: 'TX0042',
};
const TICKET = {
  description: "The cell to which this request's own add went, and the value that it produced.",
  example: 'CRITICAL:17',
};
const SERVER_TIMING = {
  description: 'Milliseconds in the queue, in the scorer, and in the service in total.',
  example: 'queue;dur=0.021, score;dur=0.004, total;dur=0.310',
};
const SNAPSHOT = {
  description: 'Whether all counts held at one moment, and the number of collects.',
  example: 'exact; collects=2',
};

const Count = Type.Integer({ minimum: 0 });
const StatsSchema = Type.Object({
  total: Type.Integer({ minimum: 0, description: 'The sum of the levels.' }),
  high: Type.Integer({ minimum: 0, description: 'HIGH + CRITICAL.' }),
  levels: Type.Object(Object.fromEntries(LEVELS.map((level) => [level, Count]))),
  rejected: Type.Integer({ minimum: 0, description: 'Transactions refused with a 4xx.' }),
});

const ScoredItemSchema = Type.Object({
  ...AssessmentSchema.properties,
  ticket: Type.String({ description: TICKET.description }),
});
const RefusedItemSchema = Type.Object(
  { status: Type.Integer(), detail: Type.String(), error: Type.String() },
  { description: 'The problem that `POST /score` would answer.' },
);

const AnyItemSchema = Type.Unknown({ description: 'A bad item; only this item gets a problem.' });

const SCORING_ROUTES: readonly Route[] = [
  {
    method: 'POST',
    path: '/score',
    id: 'score',
    summary: 'Scores one transaction and counts it',
    body: { schema: TransactionSchema, bytesMax: TRANSACTION_BYTES_MAX, example: TX_EXAMPLE, raw: true },
    answers: {
      200: {
        description: 'Scored, and counted exactly once.',
        type: JSON_TYPE,
        schema: AssessmentSchema,
        example: ASSESSMENT_EXAMPLE,
        headers: { Ticket: TICKET, 'Server-Timing': SERVER_TIMING },
      },
    },
    problems: ['invalid-transaction', ...SCORING_PROBLEMS],
    countsRejected: true,
    handle: scoreOne,
  },
  {
    method: 'POST',
    path: '/score/batch',
    id: 'scoreBatch',
    summary: 'Scores many transactions; a bad one fails alone',
    body: {
      schema: Type.Array(Type.Union([TransactionSchema, AnyItemSchema]), { maxItems: BATCH_ITEMS_MAX }),
      bytesMax: BATCH_BYTES_MAX,
      example: [TX_EXAMPLE],
    },
    answers: {
      200: {
        description: 'One answer for each item, in the same order: an assessment or a problem.',
        type: JSON_TYPE,
        schema: Type.Array(Type.Union([ScoredItemSchema, RefusedItemSchema])),
        example: [{ ...ASSESSMENT_EXAMPLE, ticket: 'CRITICAL:17' }],
        headers: { 'Server-Timing': SERVER_TIMING },
      },
    },
    problems: ['batch-too-large', ...SCORING_PROBLEMS],
    countsRejected: true,
    handle: scoreBatch,
  },
  {
    method: 'GET',
    path: '/stats',
    id: 'stats',
    summary: 'The tally: an atomic snapshot of the counters; never shed',
    answers: {
      200: {
        description: 'The counters.',
        type: JSON_TYPE,
        schema: StatsSchema,
        example: { total: 4, high: 1, levels: { LOW: 2, MEDIUM: 1, HIGH: 0, CRITICAL: 1 }, rejected: 0 },
        headers: { Snapshot: SNAPSHOT },
      },
    },
    handle: (_call, service) => describeStats(service),
  },
  {
    method: 'GET',
    path: '/metrics',
    id: 'metrics',
    summary: 'Prometheus text; never shed',
    answers: { 200: plain('The metrics.', 'two_callers_scored_total{level="LOW"} 2') },
    handle: async (_call, service) => ({
      ...text(await service.metricsText()),
      type: 'text/plain; version=0.0.4; charset=utf-8',
    }),
  },
];

export const ROUTES: readonly Route[] = [...SERVICE_ROUTES, ...SCORING_ROUTES];

async function describeStats(service: Service): Promise<Reply> {
  const { counts, exact, collects, total } = await service.snapshot();
  if (!exact) service.meters.increment('inexactSnapshot');
  const count = (name: (typeof COUNTER_NAMES)[number]) => counts[COUNTER_NAMES.indexOf(name)] ?? 0;
  const levels = Object.fromEntries(LEVELS.map((level) => [level, count(level)]));
  const body = {
    total: total ?? LEVELS.reduce((sum, level) => sum + count(level), 0),
    high: count('HIGH') + count('CRITICAL'),
    levels,
    rejected: count('REJECTED'),
  };
  return json(body, ['Snapshot', `${exact ? 'exact' : 'inexact'}; collects=${collects}`]);
}
