// The scenarios that `bench` measures when none is named.
import { testSmoke } from './smoke.contract.js';

testSmoke('by default');
