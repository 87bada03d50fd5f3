// The routes that score nothing: greetings, status, health, echo and the OpenAPI description. Main
// thread or listening thread.

import Type from 'typebox';
import { BODY_PROBLEMS, ProblemError } from './problems.js';
import { isReady } from './request-context.js';
import { JSON_TYPE, json, object, plain, type Route, text } from './route.js';

/** The version of the contract, which `/status` and `/health` show. */
export const CONTRACT_VERSION = '1.0';

/** The maximum size of the body of one transaction, or of an echo. */
export const TRANSACTION_BYTES_MAX = 64 * 1024;

export const SERVICE_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/',
    id: 'welcome',
    summary: 'A welcome',
    answers: { 200: plain('A sentence.', 'Welcome to the transaction monitoring system!') },
    handle: () => text('Welcome to the transaction monitoring system!'),
  },
  {
    method: 'GET',
    path: '/hello',
    id: 'hello',
    summary: 'A greeting by name',
    parameters: [
      { name: 'name', in: 'query', description: 'The name to greet. Default: `stranger`.', example: 'Anna' },
    ],
    answers: { 200: plain('The greeting.', 'Hello, Anna!') },
    handle: ({ query }) => text(`Hello, ${takeFirst(query.name) ?? 'stranger'}!`),
  },
  {
    method: 'GET',
    path: '/transaction/:tx_id',
    id: 'transaction',
    summary: 'Finds a transaction (a placeholder: every one is found)',
    parameters: [{ name: 'tx_id', in: 'path', description: "The transaction's name.", example: 'TX0042' }],
    answers: {
      200: object(
        'Found.',
        { tx_id: Type.String(), status: Type.String() },
        { tx_id: 'TX0042', status: 'found' },
      ),
    },
    problems: ['bad-url', 'not-found'],
    handle: ({ params }) => {
      if (!params.tx_id) throw new ProblemError('not-found', 'The path has no transaction name');
      return json({ tx_id: params.tx_id, status: 'found' });
    },
  },
  {
    method: 'GET',
    path: '/status',
    id: 'status',
    summary: 'What this service is',
    answers: {
      200: object(
        'The service.',
        {
          service: Type.String(),
          version: Type.String(),
          status: Type.String({ description: '`ok`, or `broken` with a seeded fault.' }),
          planted_fault: Type.Optional(
            Type.String({ description: 'The name of the seeded fault: the counts are wrong on purpose.' }),
          ),
        },
        { service: 'monitoring', version: CONTRACT_VERSION, status: 'ok' },
      ),
    },
    handle: (_call, { plantedFault }) => {
      const status = plantedFault === undefined ? 'ok' : 'broken';
      const about = { service: 'monitoring', version: CONTRACT_VERSION, status };
      return json({ ...about, planted_fault: plantedFault });
    },
  },
  {
    method: 'GET',
    path: '/health',
    id: 'health',
    summary: 'Whether the process runs; never shed',
    answers: {
      200: object(
        'The process runs.',
        { status: Type.String(), version: Type.String() },
        { status: 'ok', version: `${CONTRACT_VERSION}-rules` },
      ),
    },
    handle: (_call, { scorerName }) => json({ status: 'ok', version: `${CONTRACT_VERSION}-${scorerName}` }),
  },
  {
    method: 'GET',
    path: '/ready',
    id: 'ready',
    summary: 'Whether the service takes new work; never shed',
    answers: {
      200: object('Ready.', { status: Type.String() }, { status: 'ready' }),
      503: object(
        'Starting, draining, or stuck: no scoring could begin for longer than the deadline.',
        { status: Type.String() },
        { status: 'draining' },
      ),
    },
    handle: (_call, service) => {
      if (!isReady(service)) return { ...json({ status: 'draining' }), status: 503 };
      if (service.executor.isStuck()) return { ...json({ status: 'stuck' }), status: 503 };
      return json({ status: 'ready' });
    },
  },
  {
    method: 'POST',
    path: '/echo',
    id: 'echo',
    summary: 'Returns the body and counts its fields',
    body: {
      schema: Type.Object({}, { additionalProperties: true }),
      bytesMax: TRANSACTION_BYTES_MAX,
      example: { a: 1, b: 2 },
    },
    answers: {
      200: object(
        'The body.',
        {
          received: Type.Object({}, { additionalProperties: true }),
          field_count: Type.Integer({ minimum: 0 }),
        },
        { received: { a: 1, b: 2 }, field_count: 2 },
      ),
    },
    problems: BODY_PROBLEMS,
    handle: ({ body }) => {
      if (typeof body !== 'object' || body === null || Array.isArray(body)) {
        throw new ProblemError('invalid-body', 'The body must be a JSON object');
      }
      return json({ received: body, field_count: Object.keys(body).length });
    },
  },
  {
    method: 'GET',
    path: '/openapi.json',
    id: 'openapi',
    summary: 'This description',
    answers: { 200: object('OpenAPI 3.1.', { openapi: Type.String() }, { openapi: '3.1.0' }) },
    handle: (_call, service) => ({ status: 200, type: JSON_TYPE, body: service.openapiText() }),
  },
];

/** The first value of a parameter that is given twice. */
function takeFirst(value: unknown): string | undefined {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' ? first : undefined;
}
