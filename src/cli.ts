#!/usr/bin/env node
// The command line: finds the verb, parses its options, prints one line for a mistake, and sets
// the exit code. The only main; each verb's work is in `commands/`.

import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { EXIT } from './commands/usage.js';
import { formatError } from './present/text.js';

type AddVerb = (program: Command) => void;

/** A verb loads what it needs: `serve`, which is measured, none of what draws charts. */
const VERBS: Readonly<Record<string, () => Promise<AddVerb>>> = {
  serve: async () => (await import('./commands/serve.js')).addServe,
  score: async () => (await import('./commands/score.js')).addScore,
  ask: async () => (await import('./commands/ask.js')).addAsk,
  check: async () => (await import('./commands/check.js')).addCheck,
  bench: async () => (await import('./commands/bench.js')).addBench,
  advise: async () => (await import('./commands/advise.js')).addAdvise,
  report: async () => (await import('./commands/report.js')).addReport,
  study: async () => (await import('./commands/study.js')).addStudy,
};

/** The verb that is named; all, for help and for the nearest name; none, for the version. */
function verbsFor(word = ''): readonly string[] {
  if (Object.hasOwn(VERBS, word)) return [word];
  return ['--version', '-V'].includes(word) ? [] : Object.keys(VERBS);
}

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string };

const program = new Command('two-callers')
  .description('What happens if two people call /score at the same time?')
  .version(version)
  .showSuggestionAfterError()
  .configureOutput({ outputError: (text, write) => write(`two-callers: ${formatError(text)}\n`) })
  // `--json` and `--seed` after `bench compare` are its own, not those of `bench`.
  .enablePositionalOptions()
  .exitOverride();
for (const name of verbsFor(process.argv[2])) (await VERBS[name]?.())?.(program);
for (const verb of program.commands) verb.copyInheritedSettings(program);

// `two-callers ... | head`: a reader that has seen enough is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = EXIT.unusable;
  if (!(error instanceof CommanderError)) {
    process.stderr.write(`two-callers: ${formatError(error)}\n`);
  } else if (error.exitCode === 0) {
    process.exitCode = EXIT.ok; // --help and --version
  }
}
