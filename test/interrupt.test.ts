// Ctrl-C ends the runner and every test process, even one that blocks its thread. The fixture
// connects to a server of this test: the connection says that the test runs, its end that the
// process is gone. Nothing here waits for time to pass.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import * as assert from 'uvu/assert';
import { startRunner, underFixtures } from './runner/broken-files.js';
import { suite } from './support/suite.js';

const test = suite('an interrupted runner');
const server = createServer();

test.before(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
test.after(() => void server.close());

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`ends its test processes on ${signal}`, async () => {
    const { port } = server.address() as AddressInfo;
    const env = { RUNNER_TEST_PORT: String(port) };
    const connected = once(server, 'connection');
    const runner = startRunner(underFixtures('thread-blocked'), env);
    const exited = once(runner, 'exit');
    const [socket]: Socket[] = await connected;
    assert.ok(socket);
    const gone = once(socket.resume(), 'close');
    runner.kill(signal);
    const [code] = await exited;
    assert.is(code, 130);
    await gone;
  });
}
test.run();
