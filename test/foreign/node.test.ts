// Node.js, in one process and in several, and Redis behind it.
import { testRows } from './rows.contract.js';
import { NODE_ROWS } from './rows.js';

testRows(NODE_ROWS);
