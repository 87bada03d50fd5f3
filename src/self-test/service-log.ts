// What the log of a service that was started tells about it: its address, its processes, who died
// and who took the place. Reads its standard output to the end, so that the pipe never fills up.
// Main thread.

import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface ServiceLog {
  /** The address, once it listens; undefined when the log ended before. */
  readonly url: Promise<string | undefined>;
  /** The processes of a cluster that listen now; none of other topologies. */
  processes(): readonly number[];
  /** How many took the place of a dead listening thread or process. */
  replaced(): number;
  /** Resolves when so many did, or the log ended, or the signal came. */
  untilReplaced(count: number, signal: AbortSignal): Promise<void>;
}

interface Line {
  readonly url?: string;
  readonly processes?: readonly number[];
  readonly msg?: string;
}

export function followLog(stdout: Readable): ServiceLog {
  let processes: readonly number[] = [];
  let replaced = 0;
  let hasEnded = false;
  const heard = new Set<() => void>();
  const lines = createInterface({ input: stdout });
  const url = new Promise<string | undefined>((resolve) => {
    lines.on('line', (text) => {
      const line = parseLine(text);
      if (line.processes !== undefined) processes = line.processes;
      const [, died] = /^process (\d+) died/.exec(line.msg ?? '') ?? [];
      if (died !== undefined) processes = processes.filter((pid) => pid !== Number(died));
      const [, what, id] = /^(.+) (\d+) listens in place of/.exec(line.msg ?? '') ?? [];
      if (what === 'process') processes = [...processes, Number(id)];
      if (what !== undefined) replaced += 1;
      if (line.url !== undefined) resolve(line.url);
      for (const look of heard) look();
    });
    lines.once('close', () => {
      hasEnded = true;
      resolve(undefined);
      for (const look of heard) look();
    });
  });
  return {
    url,
    processes: () => processes,
    replaced: () => replaced,
    async untilReplaced(count, signal) {
      await new Promise<void>((resolve) => {
        const look = () => {
          if (replaced < count && !hasEnded && !signal.aborted) return;
          heard.delete(look);
          signal.removeEventListener('abort', look);
          resolve();
        };
        heard.add(look);
        signal.addEventListener('abort', look);
        look();
      });
    },
  };
}

/** A line that is none of the log's, such as a scorer's own, tells nothing. */
function parseLine(text: string): Line {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === 'object' && line !== null ? line : {};
  } catch {
    return {};
  }
}
