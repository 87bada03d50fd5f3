// The former names of scenarios, which the command line and old result files still use.

const FORMER_NAMES: Readonly<Record<string, string>> = {
  thin: 'overhead',
  exhibit: 'coordinated-omission',
  callers: 'scalability',
  tail: 'latency-under-load',
  mixed: 'heavy-tail',
};

/** The current name of a scenario; any other name stays as it is. */
export function renameScenario(name: string): string {
  return Object.hasOwn(FORMER_NAMES, name) ? (FORMER_NAMES[name] ?? name) : name;
}
