#!/usr/bin/env node
// The command line: finds the verb, parses its options, prints one line for a mistake, and sets
// the exit code. The only main; each verb's work is in `verbs/`.

import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { addAdvise } from './verbs/advise.js';
import { addAsk } from './verbs/ask.js';
import { addBench } from './verbs/bench.js';
import { addCheck } from './verbs/check.js';
import { addReport } from './verbs/report.js';
import { addScore } from './verbs/score.js';
import { addServe } from './verbs/serve.js';
import { addStudy } from './verbs/study.js';
import { EXIT, oneLine } from './verbs/usage.js';

const VERBS = [addServe, addScore, addAsk, addCheck, addBench, addAdvise, addReport, addStudy];

const { version } = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
) as { version: string };

const program = new Command('two-callers')
  .description('What happens if two people call /score at the same time?')
  .version(version)
  .showSuggestionAfterError()
  .configureOutput({ outputError: (text, write) => write(`two-callers: ${oneLine(text)}\n`) })
  // `--json` and `--seed` after `bench compare` are its own, not those of `bench`.
  .enablePositionalOptions()
  .exitOverride();
for (const add of VERBS) add(program);
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
    process.stderr.write(`two-callers: ${oneLine(error)}\n`);
  } else if (error.exitCode === 0) {
    process.exitCode = EXIT.ok; // --help and --version
  }
}
