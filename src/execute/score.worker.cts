// The file Piscina starts a task worker with: CommonJS, and nothing but a door to `score-task.ts`.
// Piscina tries `require` first, and ending a thread in the moment in which `require` links an ES
// module aborts the whole process (Node 20.20, "FATAL ERROR: v8::Module::IsGraphAsync": in 2 of 2
// runs that ended 1,000 threads while they loaded; in none with `import`).

const loaded = import('./score-task.js');

/** Runs on the task worker; see `scoreTask` there. */
const scoreTask = async (task: never): Promise<unknown> => (await loaded).scoreTask(task);

module.exports = { scoreTask };
