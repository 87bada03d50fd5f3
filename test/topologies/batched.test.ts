import { topologyContract } from './topology.contract.js';

topologyContract('batched');
