// GET /openapi.json: a description that a linter accepts, that has every route, whose examples obey
// its schemas, and that what the running service answers obeys too. The linter and the schemas are
// seen to fire on planted faults.

import { createConfig, lintFromString } from '@redocly/openapi-core';
import Schema from 'typebox/schema';
import * as assert from 'uvu/assert';
import { ROUTES } from '../../src/http/routes.js';
import { overTopologies, type Test, type TestService } from '../support/http-service.js';
import { suite } from '../support/suite.js';

interface MediaType {
  readonly schema: object;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

interface Response {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { schema: object; example?: unknown }>>;
  readonly content?: Readonly<Record<string, MediaType>>;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { name: string; schema: object; example: unknown }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, MediaType>> };
  readonly responses: Readonly<Record<string, Response>>;
}

interface Description {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

async function describe(service: TestService): Promise<Description> {
  return JSON.parse((await service.get('/openapi.json')).body) as Description;
}

/** `rule: where` for each error and warning of Redocly's recommended rules. */
async function lint(description: object): Promise<string[]> {
  const config = await createConfig({ extends: ['recommended'] });
  const problems = await lintFromString({ source: JSON.stringify(description), config });
  return problems.map(({ ruleId, location }) => `${ruleId}: ${location[0]?.pointer}`);
}

/** Why a value does not obey a schema of the description; undefined when it does. */
function objection(description: Description, schema: object, value: unknown): string | undefined {
  const root = { ...schema, components: description.components };
  const [isValid, errors] = Schema.Errors(root, value);
  return isValid ? undefined : JSON.stringify(errors);
}

/** Every schema with every example of it: [where, schema, example]. */
function listExamples({ paths }: Description): [string, object, unknown][] {
  const found: [string, object, unknown][] = [];
  const addMedia = (where: string, content: Operation['responses'][string]['content'] = {}) => {
    for (const [type, { schema, example, examples = {} }] of Object.entries(content)) {
      const values = Object.values(examples).map(({ value }) => value);
      const all = example === undefined ? values : [example, ...values];
      assert.ok(all.length > 0, `${where} ${type} has no example`);
      for (const value of all) found.push([`${where} ${type}`, schema, value]);
    }
  };
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const where = `${method} ${path}`;
      addMedia(where, operation.requestBody?.content);
      for (const { name, schema, example } of operation.parameters ?? []) {
        found.push([`${where} ?${name}`, schema, example]);
      }
      for (const [status, { content, headers = {} }] of Object.entries(operation.responses)) {
        addMedia(`${where} ${status}`, content);
        for (const [name, { schema, example }] of Object.entries(headers)) {
          found.push([`${where} ${status} ${name}`, schema, example]);
        }
      }
    }
  }
  return found;
}

function promiseDescription(test: Test, service: TestService): void {
  test('a linter with the recommended rules finds nothing in it', async () => {
    const description = await describe(service);
    assert.match(description.openapi, /^3\.1\./);
    assert.equal(await lint(description), []);
  });

  test('it has every route of the table, and no other', async () => {
    const { paths } = await describe(service);
    const described = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, { operationId }]) => [method, path, operationId]),
    );
    const table = ROUTES.map(({ method, path, id }) => [
      method.toLowerCase(),
      path.replace(':tx_id', '{tx_id}'),
      id,
    ]);
    assert.equal(described.toSorted(), table.toSorted());
  });

  test('what /status says of a planted fault is described: a text, or nothing', async () => {
    const description = await describe(service);
    const { content } = description.paths['/status']?.get?.responses[200] ?? {};
    const { schema = {}, example } = content?.['application/json'] ?? {};
    const broken = { ...(example as object), status: 'broken' };
    for (const planted of [{}, { planted_fault: 'racy' }]) {
      assert.is(objection(description, schema, { ...broken, ...planted }), undefined);
    }
    const value = { ...broken, planted_fault: 1 };
    assert.match(objection(description, schema, value) ?? '', /planted_fault/);
  });

  test('every example obeys its schema', async () => {
    const description = await describe(service);
    const examples = listExamples(description);
    assert.ok(examples.length > 50);
    for (const [where, schema, value] of examples) {
      assert.is(objection(description, schema, value), undefined, where);
    }
  });
}

/** Requests that between them meet every answer that can be had by asking: method, path, body. */
const ASKED: readonly (readonly [string, string, string | undefined, number])[] = [
  ...ROUTES.filter(({ method }) => method === 'GET').map(
    ({ path }) => ['get', path.replace(':tx_id', 'TX1'), undefined, 200] as const,
  ),
  ['get', '/transaction/%', undefined, 400],
  ['post', '/echo', '{"a":1}', 200],
  ['post', '/echo', '[]', 400],
  ['post', '/echo', ' '.repeat(70_000), 413],
  ['post', '/score', '{"amount":4000,"hour":1}', 200],
  ['post', '/score', '{}', 400],
  ['post', '/score', '{', 400],
  ['post', '/score', ' '.repeat(70_000), 413],
  ['post', '/score/batch', '[{"amount":1},{}]', 200],
  ['post', '/score/batch', '{}', 400],
  ['post', '/score/batch', `[${'1,'.repeat(10_000)}1]`, 413],
];

/** Header fields that mean something here, and not only to HTTP. */
const OWN_FIELDS = ['ticket', 'server-timing', 'snapshot', 'accept', 'retry-after'];

function promiseAnswers(test: Test, service: TestService): void {
  test('what the service answers is described, and obeys the schema', async () => {
    const description = await describe(service);
    const media = [...ASKED, ['post', '/score', 'x', 415] as const];
    for (const [method, path, body, status] of media) {
      const type = status === 415 ? 'text/plain' : 'application/json';
      const headers = body === undefined ? {} : { 'content-type': type };
      const answer = await service.ask(method.toUpperCase(), path, headers, body);
      const where = `${method} ${path} ${status}`;
      assert.is(answer.status, status, where);
      const template = path.startsWith('/transaction/') ? '/transaction/{tx_id}' : path;
      const described = description.paths[template]?.[method]?.responses[status];
      assert.ok(described, `${where} is not described`);
      const mediaType = `${answer.headers.get('content-type')}`.split(';')[0] ?? '';
      const { schema } = described.content?.[mediaType] ?? {};
      assert.ok(schema, `${where} is not described as ${mediaType}`);
      const value = mediaType.endsWith('json') ? JSON.parse(answer.body) : answer.body;
      assert.is(objection(description, schema, value), undefined, where);
      const names = Object.keys(described.headers ?? {}).map((name) => name.toLowerCase());
      for (const name of OWN_FIELDS.filter((own) => answer.headers.has(own))) {
        assert.ok(names.includes(name), `${where} ${name} is not described`);
      }
      for (const [name, header] of Object.entries(described.headers ?? {})) {
        const field = answer.headers.get(name.toLowerCase());
        assert.is(objection(description, header.schema, field), undefined, `${where} ${name}`);
      }
    }
  });

  test('a body that the description allows is scored, one that it forbids is refused', async () => {
    const description = await describe(service);
    const content = description.paths['/score']?.post?.requestBody?.content ?? {};
    const schema = content['application/json']?.schema ?? {};
    const bodies = [
      ...[{ amount: 0 }, { amount: 1, hour: 23 }, { amount: 1, x: [] }, { amount: 1, tx_id: '' }],
      ...[{}, { amount: -1 }, { amount: '1' }, { amount: 1, hour: 24 }, { amount: 1, hour: 1.5 }],
      ...[{ amount: 1, timestamp: 'x' }, { amount: 1, tx_id: 'a'.repeat(257) }, null, [], 1],
    ];
    for (const body of bodies) {
      const isAllowed = objection(description, schema, body) === undefined;
      const { status } = await service.post('/score', body);
      assert.is(status, isAllowed ? 200 : 400, JSON.stringify(body));
    }
  });
}

overTopologies('openapi', [promiseDescription, promiseAnswers]);

const planted = suite('the checks of the description');

const MINIMAL = {
  openapi: '3.1.0',
  info: { title: 'x', version: '1', license: { name: 'MIT', identifier: 'MIT' } },
  servers: [{ url: '/' }],
  security: [],
  tags: [{ name: 'x', description: 'x' }],
};
const operation = (more: object) => ({
  get: {
    ...{ operationId: 'x', summary: 'x', description: 'x', tags: ['x'] },
    responses: { 200: { description: 'x' }, 400: { description: 'x' } },
    ...more,
  },
});

planted('the linter is content with a small good one', async () => {
  assert.equal(await lint({ ...MINIMAL, paths: { '/x': operation({}) } }), []);
});

const BROKEN = {
  'no answers': [operation({ responses: {} }), /^operation-2xx-response:/m],
  'no operationId': [operation({ operationId: undefined }), /^operation-operationId:/m],
  'a reference to nothing': [
    operation({ responses: { 200: { $ref: '#/nothing' }, 400: { description: 'x' } } }),
    /^no-unresolved-refs:/m,
  ],
  'no description': [operation({ responses: { 200: {}, 400: { description: 'x' } } }), /^struct:/m],
} as const;

for (const [fault, [broken, rule]] of Object.entries(BROKEN)) {
  planted(`the linter objects to ${fault}`, async () => {
    assert.match((await lint({ ...MINIMAL, paths: { '/x': broken } })).join('\n'), rule);
  });
}

planted('a schema objects to a value, and follows a reference to do so', () => {
  const schemas = { Problem: { type: 'object', required: ['title'] } };
  const description = { openapi: '3.1.0', paths: {}, components: { schemas } };
  const reference = { $ref: '#/components/schemas/Problem' };
  assert.is(objection(description, reference, { title: 'x' }), undefined);
  assert.match(objection(description, reference, {}) ?? '', /required/);
  assert.match(objection(description, { type: 'string' }, 1) ?? '', /string/);
});
planted.run();
