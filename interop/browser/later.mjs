// The same installation on a later day: restored from a backup, read-only, under a clock that runs ahead.

import {execFileSync, spawn} from 'node:child_process';
import {mkdtempSync, rmSync} from 'node:fs';
import {createServer} from 'node:net';
import {join} from 'node:path';
import {tmpdir} from 'node:os';
import {setTimeout as wait} from 'node:timers/promises';

const ATTEMPTS = 300;

/** Serves what the demo has now as it will be in `days`, as long as `use` looks at it, by its address. */
export async function later(days, use) {
  const folder = mkdtempSync(join(tmpdir(), 'touchstone-later-'));
  const backup = join(folder, 'backup.zip');
  const data = join(folder, 'data');
  touchstone('--data', process.env.TOUCHSTONE_DATA, 'backup', '--to', backup);
  const passphrase = join(process.env.TOUCHSTONE_DATA, 'keys', 'passphrase');
  touchstone('--data', data, 'restore', '--from', backup, '--passphrase-file', passphrase, '--without-published', '--without-log');
  const listen = `127.0.0.1:${await freePort()}`;
  const words = ['-f', `+${days}d`, process.env.TOUCHSTONE, '--data', data, '--local', 'serve', '--no-work', '--listen', listen];
  // A group of its own: what shifts the clock waits for the server, and passes no signal on.
  const server = spawn('faketime', words, {stdio: 'ignore', detached: true});
  // Heard from the start: one that ended already, or never began, tells nobody again.
  const ended = new Promise(done => server.once('exit', done).once('error', done));
  try {
    await answers(`http://${listen}/healthz`, server);
    return await use(`http://${listen}`);
  } finally {
    if(server.pid !== undefined && server.exitCode === null) {
      process.kill(-server.pid, 'SIGTERM');
    }
    await ended;
    rmSync(folder, {recursive: true, maxRetries: 10, retryDelay: 100});
  }
}

async function answers(address, server) {
  for(let attempt = 0; attempt < ATTEMPTS && server.exitCode === null; attempt += 1) {
    const answer = await fetch(address).catch(() => undefined);
    if(answer?.ok) {
      return;
    }
    await wait(100);
  }
  throw new Error(`nothing answers at ${address}`);
}

function freePort() {
  return new Promise(done => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const {port} = server.address();
      server.close(() => done(port));
    });
  });
}

function touchstone(...words) {
  execFileSync(process.env.TOUCHSTONE, words, {stdio: ['ignore', 'ignore', 'inherit']});
}
