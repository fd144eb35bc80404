// node browser/run.mjs ADDRESS SIGN-IN-LINK
// The journey of a registrar, a learner and a verifier through a running demo; then every page in every view.

import {check, finish} from '../lib/count.mjs';
import {SCREENSHOTS, launch} from './chromium.mjs';
import {journey} from './journey.mjs';
import {look} from './look.mjs';
import {passkey} from './passkey.mjs';
import {everyPage} from './routes.mjs';
import {selftest} from './selftest.mjs';

const [address, signIn] = process.argv.slice(2);
const say = claims => claims.forEach(({claim, held, seen}) => check(claim, held, seen));

say(await selftest());
const browser = await launch();
try {
  const {pages, signedIn} = await journey(browser, address, signIn, check);
  for(const {name, path, status, open, signedIn: another} of pages) {
    say(await look(browser, name, new URL(path, address).href, {status, signedIn: open ? undefined : another ?? signedIn}));
  }
  await everyPage(pages.map(({path}) => path), check);
  await passkey(browser, address, signedIn, check); // Last: it signs the registrar out.
} catch(error) {
  check('the journey came to its end', false, error.stack);
} finally {
  await browser.close();
}
console.log(`screenshots: ${SCREENSHOTS}`);
finish();
