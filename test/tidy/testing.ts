// Rules about tests: no waiting for time to pass, no fixed ports, one kind of suite. Pure
// functions. A wait that cannot be avoided gets a row in the table below, with its reason.
import { mentionsOf } from './references.js';
import { type Finding, findAll, type Rule, type SourceFile } from './source.js';

/** Path -> why this file may wait for a time. */
const MAY_SLEEP: Readonly<Record<string, string>> = {
  'test/runner/file.ts':
    'the runner bounds how long it awaits the last output; no test waits for it',
};

/** Path -> why this file may use uvu itself. */
const MAY_USE_UVU: Readonly<Record<string, string>> = {
  'test/support/suite.ts': 'it is the one that wraps it',
};

const SLEEPS = [
  // new Promise((resolve) => setTimeout(resolve, ...
  /new\s+Promise(?:<[^>]*>)?\s*\(\(?\s*([\w$]+)[^)=]*\)?\s*=>[^;}]*?\bsetTimeout\s*\(\s*\1\b/g,
  // new Promise((resolve) => setTimeout(() => resolve(
  /new\s+Promise(?:<[^>]*>)?[^;{}]*=>[^;}]*?\bsetTimeout\s*\(\s*\(\s*\)\s*=>\s*\w+\s*\(/g,
  // setTimeout(anything, 50)
  /(?<![.\w$])setTimeout\s*\((?:[^()]|\([^()]*\))*,\s*[1-9][\d_]*\s*,?\s*\)/g,
];
const SLEEP_MESSAGE = 'waits for time to pass: wait for the event instead';
const FIXED_PORT = /\b(?:listen|start|serve)\s*\((?:[^()]*\bport\s*:)?\s*[1-9]\d*\b/g;

function testsOf(files: readonly SourceFile[], except: Readonly<Record<string, string>>) {
  return files.filter(({ path }) => path.startsWith('test/') && !(path in except));
}

function importsFrom(file: SourceFile, modules: readonly string[], clause: RegExp): number[] {
  return mentionsOf(file)
    .filter((mention) => modules.includes(mention.specifier) && clause.test(mention.clause))
    .map(({ line }) => line);
}

export const noSleeps: Rule = (files) =>
  testsOf(files, MAY_SLEEP).flatMap((file) => {
    const called = SLEEPS.flatMap((pattern) => findAll(file, 'code', pattern, SLEEP_MESSAGE));
    // setImmediate of the same module is no sleep: it is the next turn.
    const modules = ['node:timers/promises', 'timers/promises'];
    const imported = importsFrom(file, modules, /\bset(?:Timeout|Interval)\b|\bscheduler\b|\*/);
    const lines = new Set([...called.map(({ line }) => line), ...imported]);
    return [...lines].map((line): Finding => ({ path: file.path, line, message: SLEEP_MESSAGE }));
  });

export const noFixedPorts: Rule = (files) =>
  testsOf(files, {}).flatMap((file) =>
    findAll(file, 'code', FIXED_PORT, 'a fixed port: listen on 0 and ask for the address'),
  );

export const ownSuite: Rule = (files) =>
  testsOf(files, MAY_USE_UVU).flatMap((file) =>
    importsFrom(file, ['uvu', 'node:test'], /(?:)/).map((line) => {
      const message = 'take `suite` from test/support/suite.js: it fails where uvu would not';
      return { path: file.path, line, message };
    }),
  );
