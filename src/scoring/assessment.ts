// What scoring returns: its schema (one source for the type and the OpenAPI description). Pure. It
// stands apart from the rules so that a task worker need not load the schema library.

import Type, { type Static } from 'typebox';
import { LEVELS } from './levels.js';

export const AssessmentSchema = Type.Object(
  {
    score: Type.Number({ description: 'The sum of the points of the rules that applied.' }),
    risk_level: Type.Enum([...LEVELS], { description: 'The level of that score.' }),
    triggered_rules: Type.Array(Type.String(), { description: 'The rules that applied.' }),
    tx_id: Type.String({ description: "The transaction's own name." }),
  },
  { description: 'What scoring a transaction returned.' },
);
export type Assessment = Static<typeof AssessmentSchema>;
