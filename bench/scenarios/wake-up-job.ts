// The messages between the runner and the process that wakes a Piscina task worker. Types and constants only.

export const ATOMICS = ['sync', 'async', 'disabled'] as const;

export interface WakeupJob {
  /** Piscina's option: how a task worker waits for its next task. */
  readonly atomics: (typeof ATOMICS)[number];
  readonly warmTasks: number;
  readonly tasks: number;
  /** From an answer to the next task; 0: at once. */
  readonly gapMs: number;
  /** How many timers are set in the idle task worker, one after the other. */
  readonly timers: number;
  /** What each is set to, and how long it is left alone before a task asks for it. */
  readonly timerMs: number;
  readonly leftAloneMs: number;
}

export interface WakeupCourse {
  /** Of each task: from the call until its answer was here. */
  readonly tripUs: readonly number[];
  /** Answers other than expected. */
  readonly wrong: number;
  /** CPU time of the whole process, gaps included. */
  readonly cpuUs: number;
  readonly timers: readonly TimerEnd[];
}

export interface TimerEnd {
  /** Behind the time it was set to: until it fired, or until the next task found it waiting. */
  readonly lateMs: number;
  readonly fired: boolean;
}
