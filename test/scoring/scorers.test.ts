// How a scorer is found, and what is said when there is none. Modules that are broken on purpose
// stand here as `data:` URLs, beside what they show; the good ones are files.

import * as assert from 'uvu/assert';
import { scoreByRules } from '../../src/scoring/rules.js';
import { BUILT_IN_NAMES, describeThrown, findScorer, scorerName } from '../../src/scoring/scorers.js';
import { suite } from '../support/suite.js';

const BY_DEFAULT = new URL('../fixtures/scorers/by-default.js', import.meta.url).href;
const BY_NAME = new URL('../fixtures/scorers/by-name.js', import.meta.url).href;
const BY_REQUIRE = new URL('../fixtures/scorers/by-require.cjs', import.meta.url).href;
const TRANSACTION = { amount: 4, hour: 12, tx_id: 'TX1' };

function encodeModule(text: string): string {
  return `data:text/javascript,${encodeURIComponent(text)}`;
}

async function scoreWith(text: string) {
  const scorer = await findScorer(encodeModule(text));
  return scorer({ ...TRANSACTION });
}

async function complaint(reference: string): Promise<string> {
  try {
    await findScorer(reference);
  } catch (error) {
    assert.instance(error, Error);
    return (error as Error).message;
  }
  return 'no complaint';
}

const found = suite('a scorer is found');

found('built in, by its name', async () => {
  assert.equal(BUILT_IN_NAMES, ['rules']);
  assert.is(await findScorer('rules'), scoreByRules);
});

found('as the default export of a module, before one named score', async () => {
  const scorer = await findScorer(BY_DEFAULT);
  assert.equal(scorer({ ...TRANSACTION }), {
    score: 4,
    risk_level: 'HIGH',
    triggered_rules: ['by default'],
    tx_id: 'TX1',
  });
});

found('as an export named score; the name of its transaction is safe from it', async () => {
  const scorer = await findScorer(BY_NAME);
  const { triggered_rules, tx_id } = await scorer({ ...TRANSACTION });
  assert.equal([triggered_rules, tx_id], [['by name'], 'TX1']);
});

found('on the object where it is exported, which it sees as `this`', async () => {
  const levels = [];
  for (const name of ['by-this', 'compiled']) {
    const scorer = await findScorer(
      new URL(`../../../test/fixtures/scorers/${name}.cjs`, import.meta.url).href,
    );
    for (const amount of [100, 101]) levels.push((await scorer({ ...TRANSACTION, amount })).score);
  }
  assert.equal(levels, [0, 3, 0, 3]);
});

const EXPORTS: Readonly<Record<string, string>> = {
  'a default that is no function': 'export default { some: 1 }; export const score = () => ({ score: 5 })',
  'an empty default': 'export default null; export const score = () => ({ score: 5 })',
  'a class’s static method': 'class A { static s() { return { score: 5 } } } export default A.s',
  'an async function': 'export default async () => ({ score: 5 })',
  'a thenable': 'export default () => ({ then: (done) => { done({ score: 5 }) } })',
};
for (const [what, text] of Object.entries(EXPORTS)) {
  found(`in a module with ${what}`, async () => {
    const { score, risk_level } = await scoreWith(text);
    assert.equal([score, risk_level], [5, 'CRITICAL']);
  });
}

found('in a CommonJS module, whose default is the object of all its exports', async () => {
  const scorer = await findScorer(BY_REQUIRE);
  assert.equal((await scorer({ ...TRANSACTION })).triggered_rules, ['by require']);
});

found('and a synchronous one answers at once: it costs no turn of the event loop', async () => {
  const scorer = await findScorer(BY_DEFAULT);
  assert.not.instance(scorer({ ...TRANSACTION }), Promise);
});
found.run();

const absent = suite('when there is no scorer, one line says what to mend');

const COMPLAINTS: Readonly<Record<string, readonly [string, RegExp]>> = {
  'no such file': ['file:///no/such/scorer.js', /load.* file:.*no\/such/],
  'an unknown name': ['rulez', /load.* rulez: /],
  'a property of objects': ['constructor', /load.* constructor: /],
  'a text that is no URL': ['http:', /load.* http:/],
  'no export': [encodeModule('1'), /has no scorer: export/],
  'another export': [encodeModule('export const rate = () => 1'), /has no scorer/],
  'no functions': [encodeModule('export default 5; export const score = 5'), /has no scorer/],
  'a syntax error': [encodeModule('this is none'), /load.* data:.*: Unexpected/],
  'an error at the start': [encodeModule("throw new Error('first\\nsecond')"), /: first$/],
  'a thrown text': [encodeModule("throw 'first\\nsecond'"), /: first$/],
  'a thrown undefined': [encodeModule('throw undefined'), /: undefined$/],
  'a thrown textless object': [encodeModule('throw Object.create(null)'), /: something of type/],
  'a numeric message': [encodeModule('throw Object.assign(new Error(), { message: 5 })'), /: 5$/],
  'a start that rejects': [encodeModule("await Promise.reject(new Error('late'))"), /: late$/],
};
for (const [what, [reference, words]] of Object.entries(COMPLAINTS)) {
  absent(what, async () => {
    const line = await complaint(reference);
    assert.match(line, words);
    assert.not.match(line, '\n');
  });
}

absent('a module that is never loaded, after the time limit', async () => {
  const forever = encodeModule('await new Promise(() => {}); export const score = () => ({ score: 0 })');
  const error = await findScorer(forever, 20).catch((thrown: Error) => thrown);
  assert.match((error as Error).message, /not loaded after 0.02 s; does a top-level await never settle/);
});

absent('a module that adds to the prototype of all objects', async () => {
  try {
    const line = await complaint(
      new URL('../../../test/fixtures/scorers/extends-prototype.cjs', import.meta.url).href,
    );
    assert.match(line, /adds 'extra' to Object.prototype/);
  } finally {
    Reflect.deleteProperty(Object.prototype, 'extra');
  }
});
absent.run();

const failing = suite('a scorer of a module that fails');

failing('throws when it throws, and what it threw is passed on', async () => {
  const scorer = await findScorer(encodeModule("export default () => { throw new Error('no') }"));
  assert.throws(() => scorer({ ...TRANSACTION }), /^no$/);
});

failing('throws when it returned no assessment', async () => {
  const scorer = await findScorer(encodeModule('export default () => 7'));
  assert.throws(() => scorer({ ...TRANSACTION }), /returned 7, not an object/);
});

const REJECTING: Readonly<Record<string, readonly [string, RegExp]>> = {
  'when its promise does': ["export default async () => { throw new Error('no') }", /^no$/],
  'with no assessment': ['export default async () => 7', /returned 7/],
  'when its thenable fails': [
    "export default () => ({ then: (_, fail) => { fail(new Error('no')) } })",
    /^no$/,
  ],
  'when its thenable throws': ["export default () => ({ then() { throw new Error('no') } })", /^no$/],
};
for (const [when, [text, words]] of Object.entries(REJECTING)) {
  failing(`rejects ${when}`, async () => {
    const outcome = await scoreWith(text).then(
      () => 'nothing',
      (error: Error) => error.message,
    );
    assert.match(outcome, words);
  });
}
failing.run();

const words = suite('the words of scorers');

words('a scorer is shown by its file’s name, without the ending', () => {
  assert.is(scorerName('rules'), 'rules');
  assert.is(scorerName('file:///home/a/my%20model.mjs'), 'my model');
  assert.is(scorerName('file:///home/a/model.v2.js'), 'model.v2');
  assert.is(scorerName('file:///home/a/model.cts'), 'model');
});

words('whatever was thrown has a text', () => {
  const loud = {
    toString() {
      throw new Error('no text');
    },
  };
  assert.is(describeThrown(new Error('why')), 'Error: why');
  assert.equal([null, undefined, 5, Symbol('s')].map(describeThrown), [
    'null',
    'undefined',
    '5',
    'Symbol(s)',
  ]);
  for (const textless of [Object.create(null), loud]) {
    assert.match(describeThrown(textless), /type object/);
  }
});
words.run();
