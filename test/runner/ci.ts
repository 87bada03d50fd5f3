// Whether this run is CI's, where nothing may be left out: no `.only`, no test unavailable for want
// of something that can be installed. Asked by the runner and by every test process.

export function isCI(): boolean {
  return process.env.CI === 'true' || process.env.CI === '1';
}
