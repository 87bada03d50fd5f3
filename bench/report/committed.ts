// The committed results, which the project's own pages quote. Constants only.

import { join } from 'node:path';

// From dist/bench/report.
export const ROOT = join(import.meta.dirname, '..', '..', '..');
export const RESULTS = join(ROOT, 'bench', 'results', 'full.ndjson');
/** The report made of them. */
export const PAGE = join(ROOT, 'bench', 'results', 'full.html');
export const SEED = 1;
