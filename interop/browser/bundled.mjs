// A proof bundle in the reader's own browser: judged by the reader's trust file, with one more part of the verifier and nothing else.

import {execFileSync} from 'node:child_process';
import {createHash, generateKeyPairSync, sign} from 'node:crypto';
import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {check as judge} from '../../crates/wasm/npm/index.js';
import {SCREENSHOTS, VIEWS, open} from './chromium.mjs';
import {listen, violations} from './look.mjs';

/** `taken` is a credential that stands. Its bundle and the trust file come from the command line, as its issuer hands them out. */
export async function bundled(browser, taken, check) {
  const {bundle, trust} = exported(taken);
  const file = {name: 'ada.bundle', mimeType: 'application/octet-stream', buffer: bundle};
  const trusted = {'#here-trust': {name: 'ours.policy', mimeType: 'text/plain', buffer: trust}};
  for(const view of VIEWS.filter(view => view.script !== false)) {
    const {page, asked, heard} = await chosen(browser, taken, file, trusted, '.verdict strong', view);
    const said = await page.locator('main').innerText();
    check(`a bundle, ${view.name}: stood when it was issued`, said.includes('Stood when it was issued') && said.includes('What the bundle shows')
      && said.includes('Credential 1 of 1'), said.slice(0, 1500));
    onlyTheVerifier(`a bundle, ${view.name}`, asked, heard, check);
    if(view.textPercent) {
      await page.addStyleTag({content: `html { font-size: ${view.textPercent}% !important; }`});
    }
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    check(`a bundle, ${view.name}: does not scroll sideways`, over <= 0, `${over} px`);
    if(view.rules) {
      const broken = await violations(page, view.rules);
      check(`a bundle, ${view.name}: breaks no WCAG 2.2 AA rule`, broken.length === 0, broken);
    }
    await page.screenshot({path: join(SCREENSHOTS, `bundle-${view.name}.png`), fullPage: true});
    await page.context().close();
  }
  const without = await chosen(browser, taken, file);
  const asked = await without.page.locator('main').innerText();
  check('a bundle without a trust file is unknown, and the page asks for one', asked.includes('Could not be fully checked') && asked.includes('Whom do you trust?'), asked.slice(0, 800));
  await without.page.screenshot({path: join(SCREENSHOTS, 'bundle-without-trust.png'), fullPage: true});
  await without.page.context().close();
  const forged = {...file, buffer: Buffer.from(bundle.toString().replace(/(\\"name\\"\s*:\s*\\")/, '$1x'))};
  check('the forged bundle differs', !forged.buffer.equals(bundle));
  const refused = await chosen(browser, taken, forged, trusted);
  const words = await refused.page.locator('.verdict strong').innerText();
  check('a forged bundle does not stand', words.startsWith('Does not stand'), words);
  await refused.page.context().close();

  // Made a moment ago: old enough for who takes none that is older than this very moment, and young enough for a day.
  for(const [days, expect] of [['0', 'Could not be fully checked'], ['1', 'Stood when it was issued']]) {
    const {page} = await chosen(browser, taken, file, {...trusted, '#here-age': days});
    const words = await page.locator('.verdict strong').innerText();
    check(`a bundle whose status may be ${days} days old`, words.startsWith(expect), words);
    await page.context().close();
  }

  await witnessed(browser, taken, {file, trust}, check);

  await stapled(browser, taken, {trust, trusted}, check);

  const {kind, report, verdict} = await judge(bundle, {trust: trust.toString()});
  check('the package judges a bundle', kind === 'bundle' && report.verdict === 'pass' && verdict.outcome === 'pass', report);
  const later = await judge(bundle, {trust: trust.toString(), at: '2027-06-01T00:00:00Z'});
  const old = await judge(bundle, {trust: trust.toString(), statusMaxAge: 0});
  check('the package takes no status that is too old', old.report.verdict === 'unknown', old.report);
  check('the package does not know whether it was withdrawn by a later day', later.report.verdict === 'unknown', later.report);
}

/** Status proofs that came with the credential say what its lists would, and nobody is asked; one that does not count is not passed over. */
async function stapled(browser, taken, {trust, trusted}, check) {
  const proofs = proven(taken);
  const credential = {name: 'credential.json', mimeType: 'application/json', buffer: Buffer.from(taken.files.json)};
  const field = proofs => ({'#here-status': proofs.map((buffer, place) => ({name: `${place}.status-proof`, mimeType: 'application/octet-stream', buffer}))});
  const {page, asked, heard} = await chosen(browser, taken, credential, {...trusted, ...field(proofs)});
  const said = await page.locator('.verdict strong').innerText();
  check('a credential with its status proofs stands', /^(Stands today|Genuine, from an issuer we do not know)/.test(said), said);
  onlyTheVerifier('a credential with its status proofs', asked, heard, check);
  await page.screenshot({path: join(SCREENSHOTS, 'status-proof.png'), fullPage: true});
  await page.context().close();
  for(const [what, besides] of [['without a trust file', field(proofs)], ['that was cut short', {...trusted, ...field([proofs[0].subarray(0, -1)])}]]) {
    const {page} = await chosen(browser, taken, credential, besides, '[data-when=refused]:not([hidden])');
    const words = await page.locator('[data-when=refused] [data-words]').innerText();
    check(`a status proof ${what} is told, and nothing is judged`, words.includes('status proof'), words);
    await page.context().close();
  }
  const {report} = await judge(credential.buffer, {trust: trust.toString(), statusProofs: proofs, documents: await documents(taken)});
  const status = report.checks.filter(one => one.check === 'status');
  check('the package takes status proofs', status.length > 0 && status.every(one => one.outcome === 'pass'), report);
}

/** The keys of the issuer alone, of what a page delivers. */
async function documents({address}) {
  const all = await (await fetch(new URL('/verify/documents.json', address))).json();
  return all.documents.filter(({address}) => !address.includes('/status/'));
}

/** A witness whom the reader trusts: one that has seen the log is named with its time, and without it nothing passes. */
async function witnessed(browser, taken, {file, trust}, check) {
  const at = Math.floor(Date.now() / 1000);
  const day = new Date(at * 1000).toLocaleDateString('en-GB', {day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC'});
  const before = cosigned(JSON.parse(file.buffer).checkpoint, at - 30 * 86_400).line;
  const {key, line} = cosigned(JSON.parse(file.buffer).checkpoint, at);
  const asking = trust.toString().replace('quorum none', `witness north ${key}\nquorum north`);
  const asks = {'#here-trust': {name: 'north.policy', mimeType: 'text/plain', buffer: Buffer.from(asking)}};
  const under = line => ({...file, buffer: Buffer.from(file.buffer.toString().replace(/("checkpoint"\s*:\s*"(?:[^"\\]|\\.)*)"/, `$1${line}"`))});
  for(const [what, bundle, expect, more] of [
    ['seen by the witness', under(`${line}\\n`), 'Stood when it was issued', ['As many of your witnesses as you ask for have seen it', 'north', day]],
    ['whose status is dated later than the witness saw the log', under(`${before}\\n`), 'Could not be fully checked', ['dated later than your witnesses had seen the log']],
    ['that no witness has seen', file, 'Could not be fully checked', ['Witnesses']],
    // The same signature, by another clock.
    ['with a forged cosignature', under(`${cosigned(JSON.parse(file.buffer).checkpoint, at, at + 1).line}\\n`), 'Does not stand', []],
  ]) {
    const {page, heard} = await chosen(browser, taken, bundle, asks, '.verdict strong');
    const verdict = await page.locator('.verdict strong').innerText();
    check(`a bundle ${what}: ${expect}`, verdict.startsWith(expect), verdict);
    const said = await page.locator('main').innerText();
    for(const words of more) {
      check(`a bundle ${what}: says “${words}”`, said.includes(words), said.slice(0, 1500));
    }
    check(`a bundle ${what}: is silent on the console`, heard.length === 0, heard);
    await page.screenshot({path: join(SCREENSHOTS, `bundle-${what.replaceAll(' ', '-')}.png`), fullPage: true});
    await page.context().close();
  }
}

/** The key of a witness, and the line by which it cosigns a checkpoint as of a moment (C2SP tlog-cosignature, cosignature/v1). */
function cosigned(checkpoint, at, stated = at) {
  const name = 'north.example.org';
  const {publicKey, privateKey} = pair;
  const raw = Buffer.from(publicKey.export({format: 'jwk'}).x, 'base64url');
  const typed = Buffer.concat([Buffer.from([4]), raw]);
  const id = createHash('sha256').update(Buffer.concat([Buffer.from(`${name}\n`), typed])).digest().subarray(0, 4);
  const text = checkpoint.slice(0, checkpoint.indexOf('\n\n') + 1);
  const signature = sign(null, Buffer.from(`cosignature/v1\ntime ${at}\n${text}`), privateKey);
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(stated));
  return {
    key: `${name}+${id.toString('hex')}+${typed.toString('base64')}`,
    line: `\u2014 ${name} ${Buffer.concat([id, time, signature]).toString('base64')}`,
  };
}

const pair = generateKeyPairSync('ed25519');

/** Chooses a file on `/verify` once what belongs to it is filled in, and waits for the answer. Counts every request after the page has loaded. */
export async function chosen(browser, {address}, file, besides = {}, answer = 'main.certificate .verdict', view = undefined) {
  const context = await open(browser, view);
  const page = await context.newPage();
  const heard = listen(page, new URL(address).origin);
  await page.goto(new URL('/verify', address).href);
  await page.locator('#here[data-state=ready]').waitFor();
  const asked = [];
  const {whole, worker} = await page.locator('#here').evaluate(here => ({...here.dataset}));
  const scripts = [whole, worker].map(path => new URL(path, address).href).concat(new URL('/assets/verifier.js', address).href);
  page.on('request', request => asked.push({what: `${request.method()} ${request.url()}`, body: request.postData(), expected: request.method() === 'GET' && scripts.includes(request.url())}));
  if(Object.keys(besides).length > 0) {
    await page.locator('#here summary').click();
  }
  for(const [place, what] of Object.entries(besides)) {
    const field = page.locator(place);
    await (typeof what === 'string' ? field.fill(what) : field.setInputFiles(what));
  }
  await page.locator('#here-file').setInputFiles(file);
  await page.locator(answer).waitFor();
  return {page, asked, heard};
}

/** Of the file nothing leaves: what is fetched for it is the same for everybody. */
export function onlyTheVerifier(what, asked, heard, check) {
  const verifier = asked.some(({what}) => what.includes('/assets/touchstone-whole.wasm?v='));
  check(`for ${what} nothing but the verifier is fetched`, verifier && asked.every(({expected, body}) => expected && !body), asked);
  check(`checking ${what} here is silent on the console`, heard.length === 0, heard);
}

/** Of each list in which a credential stands the proof, made from what is published. */
function proven({files}) {
  return inFolder((folder, touchstone) => {
    const published = join(folder, 'public');
    touchstone('publish', '--to', published);
    return [JSON.parse(files.json).credentialStatus].flat().map(({statusListCredential, statusListIndex}, place) => {
      const out = join(folder, `${place}.status-proof`);
      const list = join(published, new URL(statusListCredential).pathname);
      touchstone('status', 'prove', list, '--log', join(published, 'log'), '--index', statusListIndex, '--out', out);
      return readFileSync(out);
    });
  });
}

function exported({files}) {
  return inFolder((folder, touchstone) => {
    const [bundle, trust] = ['ada.bundle', 'ours.policy'].map(name => join(folder, name));
    touchstone('credential', 'export', JSON.parse(files.json).id, '--bundle', '--out', bundle);
    touchstone('log', 'trust', '--out', trust);
    return {bundle: readFileSync(bundle), trust: readFileSync(trust)};
  });
}

/** A folder for as long as it takes, and the command line of the institution. */
function inFolder(use) {
  const folder = mkdtempSync(join(tmpdir(), 'touchstone-bundle-'));
  const touchstone = (...words) => execFileSync(process.env.TOUCHSTONE, ['--data', process.env.TOUCHSTONE_DATA, '--institution', 'riverside', ...words]);
  try {
    return use(folder, touchstone);
  } finally {
    rmSync(folder, {recursive: true});
  }
}
