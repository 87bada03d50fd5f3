// The checks that the tests of the service rest on, each seen to fire: the reader of raw answers,
// the reader of Prometheus text, the check of a problem's shape, the bookkeeping of /stats. Every
// planted fault has its good twin.

import * as assert from 'uvu/assert';
import { readMetrics } from '../support/http-metrics.js';
import { parseAnswers } from '../support/http-raw.js';
import { expectCounted, expectProblem, type Stats } from '../support/http-service.js';
import { suite } from '../support/suite.js';

const answers = suite('the reader of raw answers');

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

answers('finds every answer, one after the other, and what is left', () => {
  const bytes = Buffer.from(`HTTP/1.1 100 Continue\r\n\r\n${OK}${OK}HTTP/1`);
  const parsed = parseAnswers(bytes);
  const found = parsed.answers.map(({ status, body }) => `${status} ${body}`);
  assert.equal(found, ['100 ', '200 ok', '200 ok']);
  assert.is(`${parsed.rest}`, 'HTTP/1');
});

answers('takes half a body for no answer yet', () => {
  const parsed = parseAnswers(Buffer.from(OK.slice(0, -1)));
  assert.equal(parsed.answers, []);
});

answers('expects no body after an answer to HEAD', () => {
  const parsed = parseAnswers(Buffer.from(OK.slice(0, -2)), true);
  assert.is(parsed.answers.length, 1);
});

const BROKEN_ANSWERS = {
  'a longer body': [`${OK}?${OK}`, /not a status line: \?HTTP/],
  'no length': ['HTTP/1.1 200 OK\r\n\r\n', /Content-Length: undefined/],
  'a length in a 204': ['HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n', /in a 204/],
  'a header field twice': ['HTTP/1.1 204 X\r\nA: 1\r\na: 1\r\n\r\n', /twice: a/],
  'a field without a name': ['HTTP/1.1 204 X\r\n: 1\r\n\r\n', /not a header field/],
  'a chunked answer': ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n', /in chunks/],
} as const;

for (const [fault, [bytes, says]] of Object.entries(BROKEN_ANSWERS)) {
  answers(`objects to ${fault}`, () => {
    assert.throws(() => parseAnswers(Buffer.from(bytes)), says);
  });
}
answers.run();

const metrics = suite('the reader of Prometheus text');

const COUNTER = '# HELP a A.\n# TYPE a counter\n';
const HISTOGRAM = '# HELP h H.\n# TYPE h histogram\n';

metrics('reads counters, labels and histograms', () => {
  const text =
    `${COUNTER}a{route="GET /",said="\\"x\\""} 3\n\n` +
    `${HISTOGRAM}h_bucket{le="0.1"} 1\nh_bucket{le="+Inf"} 2\nh_sum 0.3\nh_count 2\n`;
  const read = readMetrics(text);
  assert.is(read.value('a', { said: '\\"x\\"', route: 'GET /' }), 3);
  assert.is(read.value('a'), undefined);
  assert.is(read.value('h_count'), 2);
});

const BROKEN_METRICS = {
  'a sample without TYPE': ['b 1\n', /no HELP and TYPE/],
  'another family': [`${COUNTER}b 1\n`, /not of the family a/],
  'a family twice': [`${COUNTER}a 1\n${COUNTER}a 1\n`, /a family twice/],
  'a family without a type': ['# HELP a A.\n', /no TYPE: a/],
  'a type nobody knows': ['# HELP a A.\n# TYPE a number\n', /no such type/],
  'a series twice': [`${COUNTER}a{b="1",c="2"} 1\na{c="2",b="1"} 1\n`, /a series twice/],
  'a counter below zero': [`${COUNTER}a -1\n`, /below 0/],
  'no number': [`${COUNTER}a one\n`, /not a number/],
  'an unescaped quote': [`${COUNTER}a{b="""} 1\n`, /bad labels/],
  'an open last line': [`${COUNTER}a 1`, /has no end/],
  'buckets that fall': [
    `${HISTOGRAM}h_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n`,
    /fall at Infinity/,
  ],
  'bounds that do not rise': [
    `${HISTOGRAM}h_bucket{le="2"} 1\nh_bucket{le="1"} 1\nh_sum 1\nh_count 1\n`,
    /do not rise at 1/,
  ],
  'a histogram without +Inf': [`${HISTOGRAM}h_bucket{le="2"} 1\nh_sum 1\nh_count 1\n`, /\+Inf/],
  'a wrong +Inf': [`${HISTOGRAM}h_bucket{le="+Inf"} 1\nh_sum 1\nh_count 2\n`, /is not its _count/],
} as const;

for (const [fault, [text, says]] of Object.entries(BROKEN_METRICS)) {
  metrics(`objects to ${fault}`, () => {
    assert.throws(() => readMetrics(text), says);
  });
}
metrics.run();

const problems = suite('the check of a problem');

const GOOD_PROBLEM = {
  type: 'urn:two-callers:problem:not-found',
  title: 'There is nothing at this path',
  status: 404,
  detail: 'There is nothing at /x',
  error: 'There is nothing at /x',
};
const asAnswer = (problem: object, type = 'application/problem+json; charset=utf-8') => ({
  status: 404,
  headers: new Map([['content-type', type]]),
  body: JSON.stringify(problem),
});
const EXPECTED = { status: 404, code: 'not-found' } as const;

problems('is content with a good one', () => {
  expectProblem(asAnswer(GOOD_PROBLEM), EXPECTED);
});

const BROKEN_PROBLEMS = {
  'another error text': { ...GOOD_PROBLEM, error: 'no' },
  'another status': { ...GOOD_PROBLEM, status: 400 },
  'another type': { ...GOOD_PROBLEM, type: 'about:blank' },
  'an unknown member': { ...GOOD_PROBLEM, hint: 1 },
  'a stack': { ...GOOD_PROBLEM, detail: 'E\n at f', error: 'E\n at f' },
  'unexpected errors': { ...GOOD_PROBLEM, errors: [] },
};

for (const [fault, problem] of Object.entries(BROKEN_PROBLEMS)) {
  problems(`objects to ${fault}`, () => {
    assert.instance(
      readFailure(() => expectProblem(asAnswer(problem), EXPECTED)),
      assert.Assertion,
    );
  });
}

problems('objects to a problem that says it is plain JSON', () => {
  const answer = asAnswer(GOOD_PROBLEM, 'application/json; charset=utf-8');
  assert.instance(
    readFailure(() => expectProblem(answer, EXPECTED)),
    assert.Assertion,
  );
});
problems.run();

const bookkeeping = suite('the bookkeeping of /stats');

function fakeService(readings: readonly Stats[], health = 200) {
  const left = [...readings];
  return {
    stats: async () => left.shift() ?? reading(0, 0),
    get: async () => ({ status: health, headers: new Map(), body: '' }),
  };
}

const reading = (LOW: number, rejected: number): Stats => ({
  total: LOW,
  high: 0,
  levels: { LOW, MEDIUM: 0, HIGH: 0, CRITICAL: 0 },
  rejected,
});

bookkeeping('is content when the counters moved as expected', async () => {
  await expectCounted(fakeService([reading(1, 0), reading(3, 1)]), { LOW: 2, rejected: 1 }, noop);
});

const MISCOUNTED = {
  'a lost count': [[reading(1, 0), reading(1, 0)], 200],
  'a double count': [[reading(1, 0), reading(3, 0)], 200],
  'a count nobody expects': [[reading(1, 0), reading(2, 1)], 200],
  'an ill service': [[reading(1, 0), reading(2, 0)], 503],
} as const;

for (const [fault, [readings, health]] of Object.entries(MISCOUNTED)) {
  bookkeeping(`objects to ${fault}`, async () => {
    const checked = expectCounted(fakeService(readings, health), { LOW: 1 }, noop);
    const error = await checked.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.instance(error, assert.Assertion);
  });
}
bookkeeping.run();

async function noop(): Promise<void> {}

/** uvu's \`throws\` lets failed assertions through, and these are wanted here. */
function readFailure(body: () => void): unknown {
  try {
    body();
    return undefined;
  } catch (error) {
    return error;
  }
}
