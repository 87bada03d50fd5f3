// The runner's words: a line per file, failures in full, the last line that other programs may
// read. Pure: from reports to text. It decides whether the run as a whole is good, since the last
// line and the exit code must never disagree.
import type pc from 'picocolors';
import type { TestName } from './events.js';
import type { Failure, FileReport } from './judge.js';

const SLOWEST_SHOWN = 10;

type Colors = ReturnType<typeof pc.createColors>;

export interface Summary {
  readonly ok: boolean;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly unavailable: number;
  /** Unavailable, and CI expects them to be installed. */
  readonly missingInCI: number;
  readonly files: readonly FileReport[];
}

export function summarise(files: readonly FileReport[], isCI: boolean): Summary {
  const sum = (count: (file: FileReport) => number) => files.reduce((total, file) => total + count(file), 0);
  const passed = sum((file) => file.passedCount);
  const failed = sum((file) => file.failures.length);
  const missing = sum((file) => file.unavailable.filter((test) => test.installable).length);
  const missingInCI = isCI ? missing : 0;
  return {
    ok: failed === 0 && passed > 0 && missingInCI === 0,
    passed,
    failed,
    skipped: sum((file) => file.skipped.length),
    unavailable: sum((file) => file.unavailable.length),
    missingInCI,
    files,
  };
}

function fullName({ suite, title }: TestName): string {
  return suite === '' ? title : `${suite} > ${title}`;
}

function indent(text: string, by: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(by));
}

export function fileLine(report: FileReport, colors: Colors): string {
  const mark = report.failures.length === 0 ? colors.green('✓') : colors.red('✗');
  const isOwn = ({ errors }: Failure) => errors.some(({ where }) => where !== 'file');
  const testCount = report.passedCount + report.failures.filter(isOwn).length;
  const parts = [testCount === 1 ? '1 test' : `${testCount} tests`];
  if (report.skipped.length > 0) parts.push(`${report.skipped.length} skipped`);
  if (report.unavailable.length > 0) parts.push(`${report.unavailable.length} unavailable`);
  const duration = colors.dim(`${Math.round(report.durationMs)} ms`);
  return `${mark} ${report.file}  ${parts.join(', ')}  ${duration}`;
}

function failureText(failure: Failure, colors: Colors): string {
  const lines = [`  ${colors.bold(fullName(failure))}`];
  for (const { where, name, message, diff, stack } of failure.errors) {
    const hook = where === 'test' || where === 'file' ? '' : `${where}: `;
    lines.push(indent(`${hook}${name}: ${message}`, 4));
    if (diff !== '') lines.push(indent(diff, 6));
    if (stack !== '') lines.push(colors.dim(indent(stack, 6)));
  }
  return lines.join('\n');
}

function failuresText({ file, failures, output }: FileReport, colors: Colors): string {
  const parts = [`\n${colors.red('✗')} ${file}`, ...failures.map((one) => failureText(one, colors))];
  if (output.trim() !== '') parts.push(`  output of the file:\n${indent(output.trimEnd(), 4)}`);
  return parts.join('\n');
}

function unavailableText(summary: Summary): string[] {
  if (summary.unavailable === 0) return [];
  const lines = summary.files.flatMap(({ file, unavailable }) =>
    unavailable.map((test) => {
      const isFatal = summary.missingInCI > 0 && test.installable;
      return `  ${file}: ${fullName(test)}: ${test.reason}${isFatal ? ' (fails in CI)' : ''}`;
    }),
  );
  return [`\n${summary.unavailable} unavailable`, ...lines];
}

/** The slowest files of a long run, to show which tests became slow. */
function slowestText(files: readonly FileReport[]): string[] {
  if (files.length <= SLOWEST_SHOWN) return [];
  const slowest = files.toSorted((a, b) => b.durationMs - a.durationMs).slice(0, SLOWEST_SHOWN);
  const lines = slowest.map(({ file, durationMs }) => {
    return `${(durationMs / 1000).toFixed(1).padStart(7)} s  ${file}`;
  });
  return ['\nslowest files', ...lines];
}

/** Everything after the lines per file. The last line is never coloured: programs read it. */
export function closing(summary: Summary, colors: Colors): string {
  const { passed, failed, skipped, files } = summary;
  return [
    ...files.filter((file) => file.failures.length > 0).map((file) => failuresText(file, colors)),
    ...unavailableText(summary),
    ...slowestText(files),
    '',
    `${passed} passed, ${failed} failed, ${skipped} skipped`,
  ].join('\n');
}
