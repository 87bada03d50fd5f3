// Estimates the remaining time of planned runs: from the plan at first, then from completed runs.
// Pure; it reads no clock.

/** Runs of one kind; each of them takes about as long. */
export interface Stage {
  readonly name: string;
  readonly runs: number;
  /** Of one run, before the first one is complete. */
  readonly expectedSeconds: number;
}

/** Runs of a stage that are complete. */
export interface CompletedRuns {
  readonly runs: number;
  readonly seconds: number;
}

const NONE: CompletedRuns = { runs: 0, seconds: 0 };

export function sumExpectedSeconds(stages: readonly Stage[]): number {
  return stages.reduce((sum, { runs, expectedSeconds }) => sum + runs * expectedSeconds, 0);
}

/**
 * A stage that has begun continues at its own pace. A later one is expected to miss its plan by the
 * same factor as the completed runs missed theirs.
 */
export function estimateSecondsLeft(
  stages: readonly Stage[],
  completed: ReadonlyMap<string, CompletedRuns>,
): number {
  const find = ({ name }: Stage) => completed.get(name) ?? NONE;
  const took = stages.reduce((sum, stage) => sum + find(stage).seconds, 0);
  const planned = stages.reduce((sum, stage) => sum + find(stage).runs * stage.expectedSeconds, 0);
  const pace = planned > 0 ? took / planned : 1;
  return stages.reduce((sum, stage) => {
    const { runs, seconds } = find(stage);
    const each = runs > 0 ? seconds / runs : stage.expectedSeconds * pace;
    return sum + Math.max(0, stage.runs - runs) * each;
  }, 0);
}

/** `about 4 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 5) return 'a few seconds';
  if (seconds < 57.5) return `about ${5 * Math.round(seconds / 5)} s`;
  const minutes = Math.max(1, Math.round(seconds / 60));
  return minutes < 90 ? `about ${minutes} min` : `about ${(seconds / 3600).toFixed(1)} h`;
}
