// The schema of what a caller may send, for the OpenAPI description. Pure. It stands apart from the
// parser, which checks the same fields by hand, so that no task worker loads the schema library; a
// property test compares the two on any JSON value.

import Type from 'typebox';
import { HOUR_DEFAULT, TEXT_CHARS_MAX, TIMESTAMP_PATTERN, TX_ID_DEFAULT } from './transaction.js';

export const TransactionSchema = Type.Object(
  {
    amount: Type.Number({ minimum: 0, description: 'How much was paid.' }),
    category: Type.Optional(
      Type.String({
        maxLength: TEXT_CHARS_MAX,
        description: 'What was bought, for instance `electronics`.',
      }),
    ),
    hour: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 23,
        description: `Hour of the day; without it the hour of \`timestamp\`, else ${HOUR_DEFAULT}.`,
      }),
    ),
    timestamp: Type.Optional(
      Type.String({
        pattern: TIMESTAMP_PATTERN,
        description: '`YYYY-MM-DD HH:MM:SS` or ISO 8601; its hour is read on its own clock.',
      }),
    ),
    tx_id: Type.Optional(
      Type.String({
        maxLength: TEXT_CHARS_MAX,
        description: `Given back in the answer; \`${TX_ID_DEFAULT}\` when absent.`,
      }),
    ),
  },
  { description: 'One transaction to score. Unknown fields are allowed and ignored by the rules.' },
);
