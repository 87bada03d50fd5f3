// Piscina starts each task worker with this file: CommonJS that only loads score-task.ts.
// Piscina tries `require` first. Ending a thread while `require` links an ES module aborts the whole
// process (Node 20.20, "FATAL ERROR: v8::Module::IsGraphAsync": in 2 of 2 runs that ended 1,000
// threads while they loaded; in none with `import`).

type ScoreTask = (task: never) => unknown;

let loaded: ScoreTask | undefined;
const loading = import('./score-task.js').then((module) => {
  loaded = module.scoreTask;
  return loaded;
});

/** Runs on the task worker; see `scoreTask` there. */
const scoreTask: ScoreTask = (task) => loaded?.(task) ?? loading.then((score) => score(task));

module.exports = { scoreTask };
