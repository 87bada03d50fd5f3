// The topologies: each names a listener, which accepts connections, and an executor, which computes scores. A
// row has all that other code knows of a topology: its place in every list, its text in advice, its colours
// in a chart. The table loads nothing; `start.ts` starts a topology.

import type { ExecutorKind } from '../execution/executor.js';

/** Connections are accepted by one event loop, by several threads, or by several processes. */
export type ListenerKind = 'single' | 'threads' | 'cluster';

/** What `--threads` counts in a topology. */
export type ThreadsMeaning = 'nothing' | 'task workers' | 'listening threads' | 'processes';

interface ChartColours {
  /** Of points, lines and bands: a contrast of 3 to the page. */
  readonly shape: string;
  /** Of a name beside them: a contrast of 4.5. */
  readonly text: string;
}

/** The order of the rows is the order in every table, legend and help text. */
interface Topology {
  readonly listener: ListenerKind;
  readonly executor: ExecutorKind;
  readonly threadsAre: ThreadsMeaning;
  /** Of equally fast topologies, advice names the one with the lowest rank, and says why. */
  readonly simplicity: { readonly rank: number; readonly why: string };
  /** How a chart draws it: a distinct colour for each page scheme, and a distinct symbol. */
  readonly chart: {
    readonly light: ChartColours;
    readonly dark: ChartColours;
    readonly symbol: 'circle' | 'square' | 'diamond' | 'triangle-up' | 'triangle-down';
  };
}

const ONE_PROCESS = 'one process and one port; task workers only score';

export const TOPOLOGIES = {
  inline: {
    listener: 'single',
    executor: 'inline',
    threadsAre: 'nothing',
    simplicity: { rank: 1, why: 'one thread, and nothing crosses to another' },
    chart: {
      light: { shape: '#1a1d21', text: '#1a1d21' },
      dark: { shape: '#eef0f2', text: '#eef0f2' },
      symbol: 'circle',
    },
  },
  pool: {
    listener: 'single',
    executor: 'pool',
    threadsAre: 'task workers',
    simplicity: { rank: 3, why: `${ONE_PROCESS}, a message for each request` },
    chart: {
      light: { shape: '#b87a00', text: '#8f5e00' },
      dark: { shape: '#e8b02e', text: '#e8b02e' },
      symbol: 'square',
    },
  },
  batched: {
    listener: 'single',
    executor: 'batched',
    threadsAre: 'task workers',
    simplicity: { rank: 2, why: ONE_PROCESS },
    chart: {
      light: { shape: '#0072b2', text: '#0072b2' },
      dark: { shape: '#56b4e9', text: '#56b4e9' },
      symbol: 'diamond',
    },
  },
  threads: {
    listener: 'threads',
    executor: 'inline',
    threadsAre: 'listening threads',
    simplicity: { rank: 4, why: 'one process, but several event loops that share a port' },
    chart: {
      light: { shape: '#009e73', text: '#00795a' },
      dark: { shape: '#33c49b', text: '#33c49b' },
      symbol: 'triangle-up',
    },
  },
  cluster: {
    listener: 'cluster',
    executor: 'inline',
    threadsAre: 'processes',
    simplicity: { rank: 5, why: 'several processes, which share no memory' },
    chart: {
      light: { shape: '#b9588f', text: '#9c4577' },
      dark: { shape: '#e29fc6', text: '#e29fc6' },
      symbol: 'triangle-down',
    },
  },
} as const satisfies Readonly<Record<string, Topology>>;

export type TopologyName = keyof typeof TOPOLOGIES;
export const TOPOLOGY_NAMES = Object.keys(TOPOLOGIES) as readonly TopologyName[];
export const TOPOLOGY_DEFAULT: TopologyName = 'batched';

export function isTopologyName(name: string): name is TopologyName {
  return Object.hasOwn(TOPOLOGIES, name);
}

/** The number of threads or processes that `--threads` starts in this topology; 0 for `inline`. */
export function countThreads(name: TopologyName, threads: number): number {
  return TOPOLOGIES[name].threadsAre === 'nothing' ? 0 : threads;
}

/** Why a listener cannot run on this Node or this system; undefined when it can. */
const MISSING: Readonly<Record<ListenerKind, (runtime: Runtime) => string | undefined>> = {
  single: () => undefined,
  threads: explainNoPortSharing,
  cluster: () => undefined,
};

/**
 * Why this topology cannot run here, in a sentence; undefined when it can. All code that starts, tests or
 * measures a topology asks here.
 */
export function unavailable(name: TopologyName, runtime: Runtime = thisRuntime()): string | undefined {
  const reason = MISSING[TOPOLOGIES[name].listener](runtime);
  return reason === undefined ? undefined : `topology '${name}' is unavailable on ${reason}`;
}

/** The version of Node and the operating system, as `process` names them. */
export interface Runtime {
  readonly version: string;
  readonly platform: string;
}

export function thisRuntime(): Runtime {
  return { version: process.versions.node, platform: process.platform };
}

/** The kernels that deal the connections of one port out to several sockets (libuv's list). */
const PLATFORMS: readonly string[] = ['linux', 'freebsd', 'dragonfly', 'sunos', 'aix'];

/**
 * Names the Node version or the system that cannot share one port among several sockets; undefined when both
 * can. Pure: it compares the version and the platform, and tries nothing.
 */
export function explainNoPortSharing({ version, platform }: Runtime): string | undefined {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const canReuse = major >= 24 || (major === 23 && minor >= 1) || (major === 22 && minor >= 12);
  if (!canReuse) {
    return `Node ${version}: sharing one port needs reusePort, in Node 22.12 or later`;
  }
  if (PLATFORMS.includes(platform)) return undefined;
  return `${platform}: its kernel does not spread the connections of one port over threads`;
}
