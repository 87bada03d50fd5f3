// The report as one HTML file that needs nothing else. It measures nothing.

import type { Results } from '../result-file.js';
import { answerOf } from './answer.js';

interface Report {
  readonly answer: readonly string[];
  readonly seed: number;
}

export function reportOf(results: Results, seed: number): Report {
  return { answer: answerOf(results), seed };
}

export async function pageOf({ answer }: Report): Promise<string> {
  return `<!doctype html><title>two-callers</title><p>${answer.join(' ')}</p>\n`;
}
