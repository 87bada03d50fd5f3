// Stands between us and a program that is not ours: `node keeper.js <program> <words ...>`, as the
// head of a process group of its own. When its standard input ends, because whoever started it
// closed it or is no more, the whole group is ended: by SIGTERM, then by SIGKILL. So nothing
// survives, however we die. The program works in a folder that is removed with it.

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
