// Counts claims that held and claims that did not; the last line says how many, for whoever started the script.

let checks = 0;
const failures = [];

/** One claim. A failure is kept and shown with what was seen instead. */
export function check(claim, held, seen) {
  checks += 1;
  if(!held) {
    const shown = seen === undefined ? '' : `: ${typeof seen === 'string' ? seen : JSON.stringify(seen)}`;
    failures.push(claim);
    console.error(`FAILED ${claim}${shown}`);
  }
  return held;
}

/** Says how many claims held and ends. */
export function finish() {
  process.exitCode = failures.length === 0 && checks > 0 ? 0 : 1;
  console.log(JSON.stringify({checks, failed: failures.length}));
}
