// Which topologies can be had where: sharing one port needs a Node and a kernel that can. Pure, and
// one look at what this Node says when it is told to.

import * as assert from 'uvu/assert';
import { SERVE_DEFAULTS } from '../../src/topologies/options.js';
import { start } from '../../src/topologies/start.js';
import {
  explainNoPortSharing,
  TOPOLOGY_NAMES,
  thisRuntime,
  unavailable,
} from '../../src/topologies/topology.js';
import { runCli } from '../support/process.js';
import { SILENT } from '../support/service-events.js';
import { suite } from '../support/suite.js';

const CAN: Readonly<Record<string, boolean>> = {
  '20.20.2': false,
  '21.7.3': false,
  '22.11.0': false,
  '22.12.0': true,
  '22.21.1': true,
  '23.0.0': false,
  '23.1.0': true,
  '24.0.0': true,
  '26.3.0': true,
};

const test = suite('available topologies');

for (const [version, can] of Object.entries(CAN)) {
  test(`Node ${version} can${can ? '' : 'not'} share one port between threads`, () => {
    const reason = explainNoPortSharing({ version, platform: 'linux' });
    assert.is(reason === undefined, can);
    if (!can) assert.match(reason ?? '', new RegExp(`^Node ${version}: .* reusePort`));
  });
}

for (const platform of ['darwin', 'win32']) {
  test(`${platform} cannot, whatever its Node`, () => {
    assert.match(explainNoPortSharing({ version: '24.0.0', platform }) ?? '', new RegExp(`^${platform}: `));
  });
}

test('only threads can be unavailable, and then it does not start', async () => {
  const missing = TOPOLOGY_NAMES.filter((name) => unavailable(name) !== undefined);
  assert.equal(missing, explainNoPortSharing(thisRuntime()) === undefined ? [] : ['threads']);
  for (const name of missing) {
    const options = { ...SERVE_DEFAULTS, port: 0 };
    const error = await start(name, options, SILENT).catch((e: Error) => e);
    assert.match(String(error), `${unavailable(name)}; choose another with --topology`);
    const { code, stderr } = await runCli(['serve', '--port', '0', '--topology', name]);
    assert.is(code, 2);
    assert.match(stderr, /^two-callers serve: topology 'threads' is unavailable on .*\n$/);
  }
});

test.run();
