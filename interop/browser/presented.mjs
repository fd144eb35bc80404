// What a wallet presents, handed in with the form, and in the reader's own browser: all of it is judged.

import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {signPresentation} from '@digitalbazaar/vc';
import {join} from 'node:path';
import {documents} from '../lib/documents.mjs';
import {chosen, onlyTheVerifier} from './bundled.mjs';
import {SCREENSHOTS, VIEWS, open} from './chromium.mjs';
import {listen, violations} from './look.mjs';

/** A presentation of the credential that was taken, beside one that names nobody. Nobody signed it, which it is called for. */
export async function presented(browser, taken, other, check) {
  const body = Buffer.from(JSON.stringify({
    '@context': ['https://www.w3.org/ns/credentials/v2'],
    type: ['VerifiablePresentation'],
    verifiableCredential: [JSON.parse(taken.files.json), JSON.parse(other)],
  }));
  const file = {name: 'presentation.json', mimeType: 'application/json', buffer: body};
  const sent = async page => {
    await page.locator('form input[type=file]').setInputFiles(file);
    await page.locator('form:has(input[type=file]) button').first().click();
    await page.getByText('Credential 2 of 2').waitFor();
  };
  for(const view of VIEWS) {
    const context = await open(browser, view);
    const page = await context.newPage();
    const heard = listen(page, new URL(taken.address).origin);
    await page.goto(new URL('/verify', taken.address).href);
    await sent(page);
    if(view.textPercent) {
      await page.addStyleTag({content: `html { font-size: ${view.textPercent}% !important; }`});
    }
    const said = await page.locator('main').innerText();
    check(`presented, ${view.name}: all of it is judged`, said.includes('It is not signed.') && said.includes(taken.name)
      && said.includes('Nothing was changed since it was signed.'), said.slice(0, 1500));
    const headings = await page.locator('h1').count();
    check(`presented, ${view.name}: has one main heading`, headings === 1, headings);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    check(`presented, ${view.name}: does not scroll sideways`, over <= 0, `${over} px`);
    if(view.rules) {
      const broken = await violations(page, view.rules);
      check(`presented, ${view.name}: breaks no WCAG 2.2 AA rule`, broken.length === 0, broken);
    }
    check(`presented, ${view.name}: is silent`, heard.length === 0, heard);
    await page.screenshot({path: join(SCREENSHOTS, `presented-${view.name}.png`), fullPage: true});
    await context.close();
  }
  await here(browser, taken, file, check);
}

/** The same in the reader's own browser: one more part of the verifier is fetched, and nothing else. */
async function here(browser, taken, file, check) {
  const {page, asked, heard} = await chosen(browser, taken, file);
  const said = await page.locator('main').innerText();
  check('in the browser, all that is presented is judged', said.includes('It is not signed.') && said.includes(taken.name)
    && said.includes('Credential 2 of 2') && said.includes('no byte of it was sent'), said.slice(0, 1500));
  onlyTheVerifier('what is presented', asked, heard, check);
  await page.context().close();
  const alone = await chosen(browser, taken, file, {'#here-domain': 'verifier.example'}, '#here [data-when=refused]:not([hidden])');
  const words = await alone.page.locator('#here [data-when=refused]').innerText();
  check('in the browser, a name without a challenge is refused', words.includes('Give the challenge too'), words);
  await alone.page.context().close();
  const answer = {name: 'answer.json', mimeType: 'application/json', buffer: await signed('kiwi-1', 'reader.example')};
  for(const [what, challenge, domain, expect] of [
    ['an answer to what was asked is taken', 'kiwi-1', 'reader.example', 'It answers what was asked.'],
    ['an answer to another question is not', 'kiwi-2', 'reader.example', 'It was made for somebody else, or for another occasion.'],
    ['an answer to somebody else is not', 'kiwi-1', 'thief.example', 'It was made for somebody else, or for another occasion.'],
  ]) {
    const {page} = await chosen(browser, taken, answer, {'#here-challenge': challenge, '#here-domain': domain});
    const said = await page.locator('main').innerText();
    check(`in the browser, ${what}`, said.includes(expect), said.slice(0, 1500));
    await page.context().close();
  }
}

/** Signed by a holder with a wallet that nobody here wrote; nothing is in it. */
async function signed(challenge, domain) {
  const key = await Ed25519Multikey.generate();
  key.controller = `did:key:${key.publicKeyMultibase}`;
  key.id = `${key.controller}#${key.publicKeyMultibase}`;
  const presentation = {
    '@context': ['https://www.w3.org/ns/credentials/v2'],
    type: ['VerifiablePresentation'],
    holder: key.controller,
  };
  const suite = new DataIntegrityProof({signer: key.signer(), cryptosuite});
  const {loader} = documents(() => undefined);
  return Buffer.from(JSON.stringify(await signPresentation({presentation, suite, challenge, domain, documentLoader: loader})));
}
