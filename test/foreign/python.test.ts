// Flask, by its own server and behind gunicorn.
import { testRows } from './rows.contract.js';
import { PYTHON_ROWS } from './rows.js';

testRows(PYTHON_ROWS);
