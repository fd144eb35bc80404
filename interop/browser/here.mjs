// "Check it yourself, in this browser, without us": what Chromium does with the verifier that the pages bring.
//
// The server's own report for the same credential is the measure; times differ, so they are taken from it.

import {createHash, randomBytes} from 'node:crypto';
import {join} from 'node:path';
import {SCREENSHOTS, VIEWS, open} from './chromium.mjs';
import {listen, violations} from './look.mjs';

/** A credential that stands, and its page, while it does. */
export async function here(browser, taken, check) {
  for(const [format, body] of Object.entries(taken.files)) {
    const found = await dropped(browser, taken.address, `credential.${format}`, body);
    check(`checked here, the ${format} stands`, /^(Stands today|Genuine)/.test(found.verdict), found);
    silent(`the ${format}`, found, check);
  }
  const forged = taken.files.json.toString().replace(/("name"\s*:\s*")/, '$1x');
  check('the forgery differs', forged !== taken.files.json.toString());
  const found = await dropped(browser, taken.address, 'forged.json', Buffer.from(forged));
  check('checked here, a changed one is called changed', /^Changed or forged/.test(found.verdict), found);
  silent('a changed one', found, check);
  await same(browser, taken, check);
  await refused(browser, taken, check);
  await without(browser, taken, check);
  await shown(browser, taken, /^In this browser: (Stands today|Genuine)/, check);
  await again(browser, taken, check);
  await notBrought(browser, taken, check);
  await looked(browser, taken, check);
}

/** The same after it was withdrawn. What the page is judged from may be ten seconds old; a minute is promised. */
export async function hereWithdrawn(browser, taken, check) {
  const drop = () => dropped(browser, taken.address, 'credential.png', taken.files.png);
  let found = await drop();
  for(let second = 0; second < 60 && !/^Withdrawn/.test(found.verdict); second++) {
    await new Promise(resolve => setTimeout(resolve, 1000));
    found = await drop();
  }
  check('checked here, a withdrawn one is called withdrawn', /^Withdrawn/.test(found.verdict), found);
  silent('a withdrawn one', found, check);
  await shown(browser, taken, /^In this browser: Withdrawn/, check);
  await same(browser, taken, check);
}

/** Chooses a file on the page and reads the answer. Counts every request after the page has loaded. */
async function dropped(browser, address, name, body) {
  const context = await open(browser);
  const page = await context.newPage();
  const heard = listen(page, new URL(address).origin);
  await page.goto(new URL('/verify', address).href);
  await page.locator('#here[data-state=ready]').waitFor();
  const asked = requests(page);
  await page.locator('#here-file').setInputFiles({name, mimeType: 'application/octet-stream', buffer: body});
  const answer = page.locator('main.certificate .verdict strong, #here [data-when=refused]:not([hidden])');
  await answer.waitFor();
  const found = {verdict: (await answer.innerText()).trim(), asked, heard, title: await page.title()};
  await context.close();
  return found;
}

function silent(what, {asked, heard}, check) {
  check(`checking ${what} here asks nobody for anything`, asked.length === 0, asked);
  check(`checking ${what} here is silent on the console`, heard.length === 0, heard);
}

function requests(page) {
  const asked = [];
  page.on('request', request => asked.push(request.url()));
  return asked;
}

/** The report from the browser's verifier beside the one that the server gives to programs, byte for byte. */
async function same(browser, taken, check) {
  const context = await open(browser);
  const credential = taken.files.json.toString();
  const body = `{"verifiableCredential":${credential}}`;
  const answer = await context.request.post(new URL('/credentials/verify', taken.address).href, {
    data: body,
    headers: {'content-type': 'application/json'},
  });
  const text = await answer.text();
  const theirs = /"report":(\{.*\})\}$/s.exec(text)?.[1];
  check('the server gives a report', theirs !== undefined, text.slice(0, 300));
  const report = JSON.parse(theirs ?? '{"checks": []}');
  const page = await context.newPage();
  await page.goto(new URL('/verify', taken.address).href);
  const ours = await page.evaluate(async ({credential, at, times}) => {
    const {wasm, documents} = {wasm: document.getElementById('here').dataset.verifier, documents: '/verify/documents.json'};
    const {Verifier} = await import('/assets/verifier.js');
    const module = await WebAssembly.compile(await (await fetch(wasm)).arrayBuffer());
    const verifier = await Verifier.of(module);
    const inputs = await (await fetch(documents)).json();
    for(const document of inputs.documents) {
      document.fetchedAt = times[document.address] ?? document.fetchedAt;
    }
    return verifier.checkText(new TextEncoder().encode(credential), {...inputs, at});
  }, {
    credential,
    at: report.at,
    times: Object.fromEntries(report.checks.filter(({list, fetchedAt}) => list && fetchedAt).map(({list, fetchedAt}) => [list, fetchedAt])),
  });
  check('the report made here is the server’s, byte for byte', ours.includes(`"report":${theirs}`), {ours: ours.slice(0, 3000), theirs});
  await context.close();
}

/** What is no credential is refused in words, quickly, and the page goes on. */
async function refused(browser, taken, check) {
  const noise = await dropped(browser, taken.address, 'noise.bin', randomBytes(5 << 20));
  check('five megabytes of noise are refused in words', /neither a credential nor a picture/.test(noise.verdict), noise);
  silent('noise', noise, check);
  const picture = await dropped(browser, taken.address, 'plain.png', withoutCredential(taken.files.png));
  check('a picture without a credential is refused in words', /no credential in this file/.test(picture.verdict), picture);
}

/** A PNG without its text: signature, then every chunk but iTXt. */
function withoutCredential(png) {
  const kept = [png.subarray(0, 8)];
  for(let at = 8; at < png.length;) {
    const end = at + 12 + png.readUInt32BE(at);
    if(png.toString('latin1', at + 4, at + 8) !== 'iTXt') {
      kept.push(png.subarray(at, end));
    }
    at = end;
  }
  return Buffer.concat(kept);
}

/** A browser without WebAssembly is told so and led to the form; one without script sees nothing of it. */
async function without(browser, taken, check) {
  const context = await open(browser);
  await context.addInitScript(() => {
    delete globalThis.WebAssembly;
  });
  const page = await context.newPage();
  await page.goto(new URL('/verify', taken.address).href);
  const told = page.locator('#here [data-when=unsupported]');
  await told.waitFor();
  const words = await told.innerText();
  check('a browser without WebAssembly is told so and led to the form', /cannot run.*form above/s.test(words), words);
  await context.close();
  const plain = await open(browser, {script: false});
  const still = await plain.newPage();
  for(const path of ['/verify', taken.open]) {
    await still.goto(new URL(path, taken.address).href);
    check(`${path.slice(0, 3)} without script hides what needs one`, await still.locator('#here').isHidden());
  }
  await plain.close();
}

/** The credential that a page shows, judged in the browser from what the page delivered. */
async function shown(browser, taken, verdict, check) {
  const context = await open(browser);
  const page = await context.newPage();
  const heard = listen(page, new URL(taken.address).origin);
  await page.goto(new URL(taken.open, taken.address).href);
  await page.locator('#here[data-state=ready]').waitFor();
  const asked = requests(page);
  await page.getByRole('button', {name: 'Check it here'}).click();
  const result = page.locator('#here-result');
  await result.locator('h2').waitFor();
  const words = await result.innerText();
  check('the page’s credential is checked here', verdict.test(words.trim()), words);
  check('this browser and the page agree', words.includes('That is what this page says.'), words);
  silent('the credential of a page', {asked, heard}, check);
  await context.close();
}

/** Whatever came of one file, the next is checked: after a refusal, one that is too large, and a worker that is gone without a word. */
async function again(browser, taken, check) {
  const context = await open(browser);
  // The first worker that is handed a file is gone.
  await context.addInitScript(() => {
    const Real = globalThis.Worker;
    let gone = false;
    globalThis.Worker = class extends Real {
      postMessage(message) {
        if(gone || !message.file) {
          super.postMessage(message);
        } else {
          gone = true;
          this.dispatchEvent(new ErrorEvent('error'));
        }
      }
    };
  });
  const page = await context.newPage();
  await page.goto(new URL('/verify', taken.address).href);
  await page.locator('#here[data-state=ready]').waitFor();
  const chosen = page.locator('#here-file');
  const choose = body => chosen.setInputFiles({name: 'c.json', mimeType: 'application/json', buffer: Buffer.from(body)});
  const free = async what => {
    const left = await chosen.evaluate(async input => {
      await new Promise(resolve => setTimeout(resolve, 100));
      return input.value;
    });
    check(`${what}, the same file can be chosen again`, left === '', left);
  };
  await choose(taken.files.json);
  await page.locator('#here [data-when=broken]:not([hidden])').waitFor();
  await free('after a worker that is gone');
  await choose('no credential');
  await page.locator('#here [data-when=refused]:not([hidden])').waitFor();
  await free('after a refusal');
  await chosen.evaluate(input => {
    const files = new DataTransfer();
    files.items.add(new File([new Uint8Array(32 * 2 ** 20 + 1)], 'large.bin'));
    input.files = files.files;
    input.dispatchEvent(new Event('change'));
  });
  await page.locator('#here [data-when=large]:not([hidden])').waitFor();
  await free('after one that is too large');
  await choose(taken.files.json);
  const verdict = await page.locator('main.certificate .verdict strong').innerText();
  check('after all that a credential is checked', /^(Stands today|Genuine)/.test(verdict), verdict);
  await context.close();
}

/** Files of evidence are not brought here: that stands beside the answer, and only where there are some. */
async function notBrought(browser, taken, check) {
  const digestSRI = `sha256-${createHash('sha256').update('a record').digest('base64')}`;
  const evidence = JSON.stringify([{id: 'https://files.example/record.pdf', type: ['Evidence'], digestSRI}]);
  const plain = taken.files.json.toString();
  // Nobody signed that; which files are looked at does not depend on it.
  for(const [what, body, told] of [['with evidence', plain.replace('{', `{"evidence":${evidence},`), true], ['without evidence', plain, false]]) {
    const context = await open(browser);
    const page = await context.newPage();
    await page.route('**/credential.json', route => route.fulfill({body, contentType: 'application/vc'}));
    await page.goto(new URL(taken.open, taken.address).href);
    await page.locator('#here[data-state=ready]').waitFor();
    await page.getByRole('button', {name: 'Check it here'}).click();
    await page.locator('#here-result h2').waitFor();
    check(`a page ${what}: whether its files were brought here is told`, await page.locator('#here [data-evidence]').isVisible() === told);
    await page.goto(new URL('/verify', taken.address).href);
    await page.locator('#here[data-state=ready]').waitFor();
    await page.locator('#here-file').setInputFiles({name: 'c.json', mimeType: 'application/json', buffer: Buffer.from(body)});
    await page.locator('main.certificate .verdict').waitFor();
    check(`a file ${what}: whether its files were brought here is told`, await page.locator('main [data-evidence]').isVisible() === told);
    await context.close();
  }
}

/** The answers themselves, in every view that has script. */
async function looked(browser, taken, check) {
  for(const view of VIEWS.filter(view => view.script !== false)) {
    for(const [name, path, act] of [
      ['here-file', '/verify', page => page.locator('#here-file').setInputFiles({name: 'c.json', mimeType: 'application/json', buffer: taken.files.json})],
      ['here-shown', taken.open, page => page.getByRole('button', {name: 'Check it here'}).click()],
    ]) {
      const context = await open(browser, view);
      const page = await context.newPage();
      await page.goto(new URL(path, taken.address).href);
      if(view.textPercent) {
        await page.addStyleTag({content: `html { font-size: ${view.textPercent}% !important; }`});
      }
      await page.locator('#here[data-state=ready]').waitFor();
      await act(page);
      await page.locator('main.certificate .verdict, #here-result h2').last().waitFor();
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      check(`${name}, ${view.name}: does not scroll sideways`, over <= 0, `${over} px`);
      if(view.rules) {
        const broken = await violations(page, view.rules);
        check(`${name}, ${view.name}: breaks no WCAG 2.2 AA rule`, broken.length === 0, broken);
      }
      await page.screenshot({path: join(SCREENSHOTS, `${name}-${view.name}.png`), fullPage: true});
      await context.close();
    }
  }
}
