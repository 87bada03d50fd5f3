// The life of one that listens beside others, a thread or a process: it builds its service,
// listens, does what it is told, and ends in order. What differs between the two is given. Runs
// there, not on the main thread.

import type { Log } from '../log-events.js';
import { listen, type Sharing } from './listen.js';
import { type Command, packTrouble, remoteLog, type Said } from './messages.js';
import type { ServeOptions } from './options.js';
import type { BuiltService } from './service.js';

export interface MemberParts {
  readonly options: ServeOptions;
  readonly sharing: Sharing;
  /** Resolves when it is on its way, and will arrive even if this member ends now. */
  say(said: Said): Promise<void>;
  build(log: Log): Promise<BuiltService>;
  /** Resolves when it may listen; left out where it may at once. */
  mayListen?(): Promise<void>;
  /** Called once, when it listens. */
  onCommand(obey: (command: Command) => void): void;
  /** Ends the thread or process. */
  end(): void;
}

export async function runMember(parts: MemberParts): Promise<void> {
  const { options, sharing, say, end } = parts;
  try {
    const service = await parts.build(remoteLog(say));
    await parts.mayListen?.();
    const listening = await listen(options, service.attach, sharing);
    let closing = false;
    parts.onCommand((command) => {
      if (command.is === 'ready') return service.setReady(command.ready);
      if (closing) return;
      closing = true;
      close(command.deadlineMs).catch(fail);
    });
    await say({ is: 'listening', url: listening.url });

    async function close(deadlineMs: number): Promise<void> {
      service.setReady(false);
      const startedAt = performance.now();
      const cutOff = await listening.close(deadlineMs);
      await service.close(Math.max(0, deadlineMs - (performance.now() - startedAt)));
      await say({ is: 'closed', cutOff });
      end();
    }
  } catch (error) {
    await fail(error);
  }

  async function fail(error: unknown): Promise<void> {
    await say({ is: 'failed', trouble: packTrouble(error) });
    end();
  }
}
