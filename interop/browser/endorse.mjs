// Somebody outside is asked to endorse an achievement: by mail, read without script, answered with a passkey (a virtual authenticator of
// Chromium), shown to everybody, taken back; and another says no without script.

import {join} from 'node:path';
import {SCREENSHOTS, open} from './chromium.mjs';
import {later} from './later.mjs';
import {listen, violations} from './look.mjs';
import {linkFor} from './mail.mjs';

const BOSS = 'ayse.demir@makina.example';
const OTHER = 'jan.novak@dilna.example';
const WAITING = 'mei.lin@seimitsu.example';
const WORDS = 'Whoever has it measures alone with us from the first day.';

/** Goes the way; gives the pages it came by. */
export async function endorse(browser, registrar, address, check) {
  const at = path => new URL(path, address).href;
  const words = page => page.locator('main').innerText();
  const day = days => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const ask = async email => {
    await registrar.goto(at('/endorsements'));
    await registrar.getByLabel('Whom: their mail address').fill(email);
    await registrar.getByLabel('What you want to tell them').fill('You hire the people who have it.');
    await registrar.getByLabel('Answer wanted by').fill(day(30));
    await registrar.getByRole('button', {name: 'Ask them'}).click();
    await registrar.waitForURL(/\/endorsements\/[0-9a-f-]{36}$/);
    const link = new URL(await linkFor(process.env.TOUCHSTONE_DATA, email, 'endorse'));
    return {path: new URL(registrar.url()).pathname, link: link.pathname};
  };

  await registrar.goto(at('/achievements'));
  await registrar.locator('td a[href^="/achievements/"], th a[href^="/achievements/"]').first().click();
  await registrar.getByRole('link', {name: 'Who endorses it, and asking somebody to'}).click();
  check('the page of an achievement leads to asking for an endorsement', new URL(registrar.url()).pathname === '/endorsements', registrar.url());

  const asked = await ask(BOSS);
  const context = await open(browser, {width: 375});
  const page = await context.newPage();
  const heard = listen(page, new URL(address).origin, 422);
  const device = await context.newCDPSession(page);
  await device.send('WebAuthn.enable');
  await device.send('WebAuthn.addVirtualAuthenticator', {options: {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  }});
  await page.goto(at(asked.link));
  const seen = await words(page);
  check('whoever was asked reads what, by whom and its hash', /Do you endorse/.test(seen) && seen.includes('You hire the people who have it.') && /[0-9a-f]{64}/.test(seen), seen);
  const form = page.locator('form[data-passkey=sign]');
  await form.getByLabel('Your organization').fill('Demir Makina');
  await form.getByLabel('Your name').fill('Ayşe Demir');
  await form.getByLabel('What you stand behind').fill(WORDS);
  await form.getByLabel('Holds until').fill(day(9_000));
  await form.getByRole('button', {name: 'Endorse it'}).click();
  const refused = page.getByText('Choose until when it holds');
  await refused.waitFor();
  check('a day that is too far away is told before any passkey is made', await refused.isVisible(), await words(page));
  await form.getByLabel('Holds until').fill(day(300));
  await form.getByRole('button', {name: 'Endorse it'}).click();
  await page.getByText('You endorse it').waitFor();
  const said = await words(page);
  check('a passkey endorses, and what was said is shown', said.includes(WORDS) && said.includes('With a passkey'), said);
  const broken = await violations(page);
  check('the page of an endorsement that was given breaks no WCAG 2.2 AA rule', broken.length === 0, broken);

  await registrar.goto(at(asked.path));
  const told = await words(registrar);
  check('the institution sees who said what', told.includes('Demir Makina') && told.includes(WORDS), told);
  const signed = await registrar.getByRole('link', {name: 'JSON'}).getAttribute('href');
  const credential = await (await context.request.get(at(signed))).json();
  check('the credential says that it records what somebody else said', credential.type.includes('EndorsementCredential')
    && credential.credentialSubject.endorsementComment.startsWith('Ayşe Demir, Demir Makina (asked at makina.example, with a passkey, recorded by '), credential);
  const evidence = await (await context.request.get(new URL(new URL(credential.evidence[0].id).pathname, address).href)).json();
  check('the passkey signed the statement that is published', await holds(evidence, new URL(address).origin), evidence);
  const shown = credential.relatedResource[0].id;
  const open_ = `${new URL(shown).pathname}/endorsements`;
  await page.goto(at(open_));
  check('everybody reads who says what and until when', (await words(page)).includes('One other organization stands behind this version now.'), await words(page));
  await later(301, async then => {
    // Another site to the browser: what is asked there is not counted among what the page asked.
    const ahead = await context.newPage();
    await ahead.goto(new URL(open_, then).href);
    const ended = await words(ahead);
    check('after its end an endorsement counts no more, and what was said stays', ended.includes('No other organization stands') && ended.includes('Ended') && ended.includes(WORDS), ended);
    const unseen = await violations(ahead);
    check('the page of an endorsement that ended breaks no WCAG 2.2 AA rule', unseen.length === 0, unseen);
    await ahead.screenshot({path: join(SCREENSHOTS, 'endorsement-expired.png'), fullPage: true});
    await ahead.close();
  });
  await page.goto(at(asked.link));
  await page.getByText('Take it back').first().click();
  await page.getByRole('button', {name: 'Take it back'}).click();
  await page.getByText('You took it back').waitFor();
  await page.goto(at(open_));
  // It was looked at a moment ago, and a browser may keep such a page for half a minute.
  await page.reload();
  const after = await words(page);
  check('what was taken back does not count, and its words are gone', after.includes('No other organization stands') && !after.includes(WORDS), after);
  check('the pages of whoever was asked were silent', heard.length === 0, heard);
  await context.close();

  const no = await ask(OTHER);
  const plain = await open(browser, {script: false, width: 375});
  const without = await plain.newPage();
  await without.goto(at(no.link));
  const text = await words(without);
  check('without script the file and the no are there, and no passkey', text.includes('Bring it') && text.includes('Decline') && !text.includes('Endorse it\n'), text);
  await without.getByRole('button', {name: 'Decline'}).click();
  check('a no is said without script', (await words(without)).includes('You declined'), await words(without));
  await plain.close();
  const waiting = await ask(WAITING);
  return [{name: 'endorsements', path: '/endorsements'}, {name: 'endorsement', path: asked.path}, {name: 'endorsement-waiting', path: waiting.path}, {name: 'endorse', path: waiting.link, open: true},
    {name: 'endorse-answered', path: no.link, open: true}, {name: 'endorse-never', path: `${waiting.link}/never`, open: true},
    {name: 'endorse-for', path: waiting.link.replace('/endorse/', '/endorsements/for/')}, {name: 'endorsed', path: open_, open: true}];
}

/** By WebCrypto, another verifier than the server's: Web Authentication Level 3, §7.2. */
async function holds({statement, publicKey, authenticatorData, clientDataJSON, signature}, origin) {
  const bytes = text => Buffer.from(text, 'base64url');
  const sha256 = async data => Buffer.from(await crypto.subtle.digest('SHA-256', data));
  const client = JSON.parse(bytes(clientDataJSON));
  if(client.type !== 'webauthn.get' || client.origin !== origin || client.challenge !== (await sha256(Buffer.from(statement))).toString('base64url')) {
    return false;
  }
  const key = await crypto.subtle.importKey('jwk', publicKey, {name: 'ECDSA', namedCurve: 'P-256'}, false, ['verify']);
  const signed = Buffer.concat([bytes(authenticatorData), await sha256(bytes(clientDataJSON))]);
  return crypto.subtle.verify({name: 'ECDSA', hash: 'SHA-256'}, key, raw(bytes(signature)), signed);
}

/** From DER to the two halves that WebCrypto takes. */
function raw(der) {
  const half = place => {
    const length = der[place + 1];
    const value = der.subarray(place + 2, place + 2 + length);
    return Buffer.concat([Buffer.alloc(32), value]).subarray(-32);
  };
  const first = 2;
  return Buffer.concat([half(first), half(first + 2 + der[first + 1])]);
}
