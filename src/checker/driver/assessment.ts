// The answers of a scoring service, as the checker reads them: an assessment to `POST /score`, and
// the counters of `GET /stats`. It shares no code with the service that it observes.

import { sanitize } from '../../present/text.js';
import { readCounter } from './counter-reader.js';
import { parseJson, parseTicket } from './response-outcome.js';
import { createOwnTarget } from './target-options.js';

/** From mild to grave. */
export const LEVELS = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;
export type AnsweredLevel = (typeof LEVELS)[number];

export interface AssessmentAnswer {
  readonly score: number;
  readonly risk_level: AnsweredLevel;
  readonly triggered_rules: readonly string[];
  readonly tx_id: string;
}

const RULES_MAX = 100;

/** The assessment, or what is wrong with the answer. */
export function parseAssessment(
  text: string,
  ticketText: string | null,
  sentTxId: string | null,
): AssessmentAnswer | string {
  const body = parseJson(text);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    return 'its body is not a JSON object';
  }
  const fields = body as Record<string, unknown>;
  const { score, risk_level: level, triggered_rules: rules, tx_id: txId } = fields;
  if (typeof score !== 'number') return "its 'score' is not a number";
  const known = LEVELS.find((each) => each === level);
  if (known === undefined) return `its 'risk_level' is none of ${LEVELS.join(', ')}`;
  if (!isRules(rules)) return `its 'triggered_rules' is not an array of at most ${RULES_MAX} texts`;
  if (typeof txId !== 'string') return "its 'tx_id' is not a text";
  // Two callers, one variable: the service sent the answer to the wrong caller.
  if (sentTxId !== null && txId !== sentTxId) {
    return `it answers for ${JSON.stringify(sanitize(txId, 40))}`;
  }
  const ticket = ticketText === null ? null : parseTicket(ticketText);
  const ticketLevel = LEVELS.find((each) => each === ticket?.cell);
  if (ticketLevel !== undefined && ticketLevel !== known) {
    return `its 'risk_level' is ${known} and its ticket is of ${ticketLevel}`;
  }
  return { score, risk_level: known, triggered_rules: rules, tx_id: txId };
}

function isRules(value: unknown): value is string[] {
  if (!Array.isArray(value) || value.length > RULES_MAX) return false;
  return value.every((rule) => typeof rule === 'string');
}

export interface LevelCounts {
  readonly total: number;
  readonly levels: Readonly<Record<AnsweredLevel, number>>;
}

/** The counters of a service of this project, read once. @throws ClientError */
export async function readStats(url: string, timeoutMs = 5_000): Promise<LevelCounts> {
  const { values, sum } = await readCounter(createOwnTarget(url, timeoutMs));
  const [LOW = 0, MEDIUM = 0, HIGH = 0, CRITICAL = 0] = values;
  return { total: sum ?? 0, levels: { LOW, MEDIUM, HIGH, CRITICAL } };
}
