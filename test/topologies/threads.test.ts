// The topology threads keeps what every topology promises (topology.contract.ts). In this process.

import { topologyContract } from './topology.contract.js';

topologyContract('threads');
