// `GET /openapi.json`: OpenAPI 3.1, derived from the route table and the problem table, so that it
// cannot contradict them. Pure.

import Type from 'typebox';
import { describeProblem, PROBLEM_CODES, PROBLEMS, type ProblemCode, ProblemError } from './problems.js';
import { type AnswerSpec, PROBLEM_TYPE, type Route } from './route.js';

/** The problems of every route; each route adds its own. */
const EVERYWHERE: readonly ProblemCode[] = [
  'malformed-http',
  'request-timeout',
  'misdirected-request',
  'expectation-failed',
  'headers-too-large',
  'unsupported-transfer-encoding',
  'internal',
];

const STATUS_HEADERS: Readonly<Record<number, Readonly<Record<string, object>>>> = {
  415: {
    Accept: header('The media type to send.', 'application/json'),
    'Accept-Encoding': header('The encoding to send.', 'identity'),
  },
  503: { 'Retry-After': header('Seconds after which to try again.', '1') },
};

const ProblemSchema = Type.Object(
  {
    type: Type.String({ description: '`urn:two-callers:problem:` and the code.' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'What is wrong, and how to fix it.' }),
    error: Type.String({ description: 'The same as `detail`, for clients that read one string.' }),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          pointer: Type.String({ description: 'A JSON pointer (RFC 6901) to the place.' }),
          code: Type.Optional(Type.String({ description: '`missing` or `invalid`.' })),
          detail: Type.String(),
        }),
      ),
    ),
  },
  { description: 'Problem details (RFC 9457).' },
);

export function openapi(routes: readonly Route[], version: string): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] ??= {};
    paths[path][route.method.toLowerCase()] = operation(route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'two-callers',
      version,
      summary: 'Scores transactions by business rules, and counts each exactly once.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'The service that gave this description.' }],
    security: [],
    tags: [{ name: 'service', description: 'All routes.' }],
    paths,
    components: { schemas: { Problem: ProblemSchema } },
  };
}

function operation(route: Route): object {
  const answers = Object.entries(route.answers).map(([status, answer]) => [status, response(answer)]);
  return {
    operationId: route.id,
    summary: route.summary,
    description: `${route.summary}.`,
    tags: ['service'],
    ...(route.parameters !== undefined && { parameters: route.parameters.map(parameter) }),
    ...(route.body !== undefined && { requestBody: requestBody(route.body) }),
    responses: { ...problemResponses(route.problems), ...Object.fromEntries(answers) },
  };
}

function parameter({ example, ...rest }: NonNullable<Route['parameters']>[number]): object {
  return { ...rest, required: rest.in === 'path', schema: { type: 'string' }, example };
}

function requestBody({ schema, bytesMax, example }: NonNullable<Route['body']>): object {
  return {
    required: true,
    description: `At most ${bytesMax} bytes of JSON in UTF-8.`,
    content: { 'application/json': { schema, example } },
  };
}

function response({ description, type, schema, example, headers = {} }: AnswerSpec): object {
  const described = Object.entries(headers).map(
    ([name, { description: says, example: shown }]) => [name, header(says, shown)] as const,
  );
  const content = { [mediaType(type)]: { schema, example } };
  if (described.length === 0) return { description, content };
  return { description, headers: Object.fromEntries(described), content };
}

/** One response for each status; its description and examples name all its problems. */
function problemResponses(own: readonly ProblemCode[] = []): Record<string, object> {
  const codes = PROBLEM_CODES.filter((code) => own.includes(code) || EVERYWHERE.includes(code));
  const responses: Record<string, object> = {};
  for (const status of new Set(codes.map((code) => PROBLEMS[code].status))) {
    const here = codes.filter((code) => PROBLEMS[code].status === status);
    const headers = STATUS_HEADERS[status];
    responses[status] = {
      description: here.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' '),
      ...(headers !== undefined && { headers }),
      content: {
        [mediaType(PROBLEM_TYPE)]: {
          schema: { $ref: '#/components/schemas/Problem' },
          examples: Object.fromEntries(here.map((code) => [code, { value: createExample(code) }])),
        },
      },
    };
  }
  return responses;
}

function createExample(code: ProblemCode): object {
  return describeProblem(new ProblemError(code, `${PROBLEMS[code].title}.`));
}

function header(description: string, example: string): object {
  return { description, schema: { type: 'string' }, example };
}

function mediaType(contentType: string): string {
  return contentType.split(';', 1)[0] ?? contentType;
}
