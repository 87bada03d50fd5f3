// Guards a foreign program: `node process-group-guard.js <program> <words ...>` leads a process group. When
// its standard input ends, because its parent closed it or died, it ends the whole group by SIGTERM, then
// SIGKILL. The program works in a folder that the guard removes.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PATIENCE_MS = 500;
const THE_GROUP = 0;

const folder = mkdtempSync(join(tmpdir(), 'two-callers-'));
const [program = '', ...words] = process.argv.slice(2);

function end() {
  rmSync(folder, { recursive: true, force: true });
  process.kill(THE_GROUP, 'SIGKILL'); // this process too
}

process.on('SIGTERM', () => {}); // the group's own, below
process.stdin.resume().once('close', () => {
  process.kill(THE_GROUP, 'SIGTERM');
  setTimeout(end, PATIENCE_MS);
});

const child = spawn(program, words, {
  cwd: folder,
  env: { ...process.env, TMPDIR: folder },
  stdio: ['ignore', 'inherit', 'inherit'],
});
child.once('error', ({ message }) => {
  console.error(message);
  end();
});
child.once('exit', end);
