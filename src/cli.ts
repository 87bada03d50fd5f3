#!/usr/bin/env node
// The command line: finds the command, parses its options, prints one line for a mistake, and sets
// the exit code. The only main; `commands/` has the work of each command.

import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { writeFault } from './checker/driver/files.js';
import { formatHelp } from './commands/help.js';
import { EXIT, INTERRUPTED, isInterrupted } from './commands/usage.js';
import { formatError } from './present/text.js';

/** Options that npm has too: that it has a value for them says nothing. */
const NPM_OPTIONS: ReadonlySet<string> = new Set(['json', 'version', 'help', 'file', 'scope']);

type AddCommand = (program: Command) => void;

/** A command loads only its own code: benchmarks measure `serve`, which must not load charts. */
const COMMANDS: Readonly<Record<string, () => Promise<AddCommand>>> = {
  serve: async () => (await import('./commands/serve.js')).addServe,
  score: async () => (await import('./commands/score.js')).addScore,
  ask: async () => (await import('./commands/ask.js')).addAsk,
  check: async () => (await import('./commands/check.js')).addCheck,
  bench: async () => (await import('./commands/bench.js')).addBench,
  advise: async () => (await import('./commands/advise.js')).addAdvise,
  report: async () => (await import('./commands/report.js')).addReport,
  study: async () => (await import('./commands/study.js')).addStudy,
};

/** The named command; all for help and for suggestions; none for the version. */
function findCommands(word = ''): readonly string[] {
  if (Object.hasOwn(COMMANDS, word)) return [word];
  return ['--version', '-V'].includes(word) ? [] : Object.keys(COMMANDS);
}

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const program = new Command('two-callers')
  .description('What happens if two people call /score at the same time?')
  .version(version)
  .showSuggestionAfterError()
  .configureOutput({ outputError: (text, write) => write(`two-callers: ${formatError(text)}\n`) })
  // `--json` and `--seed` after `bench compare` belong to it, not to `bench`.
  .enablePositionalOptions()
  .exitOverride();
for (const name of findCommands(process.argv[2])) (await COMMANDS[name]?.())?.(program);
for (const command of program.commands) {
  command.copyInheritedSettings(program).addHelpText('after', formatHelp(command.name()));
}

/**
 * `npm start --tally racy` gives npm the option, and the service would start without it.
 * @throws Error in one line
 */
function refuseLostOptions({ commands: [command] }: Command): void {
  const { npm_lifecycle_event: script, ...env } = process.env;
  if (script === undefined || command === undefined) return;
  const lost = command.options.find(({ long }) => {
    const name = long?.slice(2) ?? '';
    return !NPM_OPTIONS.has(name) && env[`npm_config_${name.replaceAll('-', '_')}`] !== undefined;
  });
  if (lost === undefined) return;
  throw new Error(`npm took ${lost.long} for itself: write npm run ${script} -- ${lost.long} ...`);
}

// `two-callers ... | head`: a reader that stops early is no error. A failing standard error leaves no way
// to say so.
process.stderr.on('error', () => {});
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') return;
  process.stderr.write(`two-callers: cannot write standard output: ${writeFault(error)}\n`);
  process.exit(EXIT.unusable);
});

try {
  refuseLostOptions(program);
  await program.parseAsync();
  if (isInterrupted()) process.exitCode = INTERRUPTED;
} catch (error) {
  process.exitCode = EXIT.unusable;
  if (!(error instanceof CommanderError)) {
    process.stderr.write(`two-callers: ${formatError(error)}\n`);
  } else if (error.exitCode === 0) {
    process.exitCode = EXIT.ok; // --help and --version
  }
}
