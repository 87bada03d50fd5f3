// The schemas of a transaction and of an assessment, for the OpenAPI description. Main thread or
// listening thread. They are apart from the parser and the rules, so that no task worker loads the
// schema library. A property test compares the transaction schema with the parser on any value.

import Type from 'typebox';
import { LEVELS } from './rules.js';
import { HOUR_DEFAULT, TEXT_CHARS_MAX, TIMESTAMP_PATTERN, TX_ID_DEFAULT } from './transaction.js';

export const TransactionSchema = Type.Object(
  {
    amount: Type.Number({ minimum: 0, description: 'The amount paid.' }),
    category: Type.Optional(
      Type.String({
        maxLength: TEXT_CHARS_MAX,
        description: 'The kind of goods, for instance `electronics`.',
      }),
    ),
    hour: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 23,
        description: `Hour of the day. Default: the hour of \`timestamp\`, else ${HOUR_DEFAULT}.`,
      }),
    ),
    timestamp: Type.Optional(
      Type.String({
        pattern: TIMESTAMP_PATTERN,
        description: '`YYYY-MM-DD HH:MM:SS` or ISO 8601. The hour is read as written.',
      }),
    ),
    tx_id: Type.Optional(
      Type.String({
        maxLength: TEXT_CHARS_MAX,
        description: `Returned in the answer. Default: \`${TX_ID_DEFAULT}\`.`,
      }),
    ),
  },
  { description: 'One transaction to score. The rules ignore unknown fields.' },
);

export const AssessmentSchema = Type.Object(
  {
    score: Type.Number({ description: 'The sum of the points of the rules that applied.' }),
    risk_level: Type.Enum([...LEVELS], { description: 'The level of that score.' }),
    triggered_rules: Type.Array(Type.String(), { description: 'The rules that applied.' }),
    tx_id: Type.String({ description: 'The `tx_id` of the transaction.' }),
  },
  { description: 'The result of scoring a transaction.' },
);
