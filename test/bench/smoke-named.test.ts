// The scenarios that `bench` measures only when they are named.
import { testSmoke } from './smoke.contract.js';

testSmoke('only when named');
