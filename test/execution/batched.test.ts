// The contract of every executor, kept by `batched`. What only it promises: batching.test.ts.

import { executorContract } from './executor.contract.js';

executorContract({ kind: 'batched', threads: 2 });
