// A member's passkey, from adding it to being refused: with a virtual authenticator of Chromium, which is verified by its
// holder and keeps what it makes (WebAuthn.addVirtualAuthenticator).

import {open} from './chromium.mjs';
import {listen, violations} from './look.mjs';

/** Adds a passkey, signs out, signs in with it, removes it, and is refused. */
export async function passkey(browser, address, signedIn, check) {
  const context = await open(browser, {signedIn});
  const page = await context.newPage();
  const heard = listen(page, new URL(address).origin, 422);
  const device = await context.newCDPSession(page);
  await device.send('WebAuthn.enable');
  const {authenticatorId} = await device.send('WebAuthn.addVirtualAuthenticator', {options: {
    protocol: 'ctap2',
    transport: 'internal',
    hasResidentKey: true,
    hasUserVerification: true,
    isUserVerified: true,
    automaticPresenceSimulation: true,
  }});
  const at = () => new URL(page.url()).pathname;
  const words = () => page.locator('main').innerText();

  await page.goto(new URL('/me', address).href);
  await page.getByLabel('A name for it').fill('Virtual device');
  await page.getByRole('button', {name: 'Add a passkey'}).click();
  await page.locator('td', {hasText: 'Never'}).waitFor();
  check('a passkey is added and named', (await words()).includes('Virtual device'), await words());
  const broken = await violations(page);
  check('the page of a member with a passkey breaks no WCAG 2.2 AA rule', broken.length === 0, broken);
  const {credentials} = await device.send('WebAuthn.getCredentials', {authenticatorId});
  check('the passkey is discoverable and for this host', credentials.length === 1 && credentials[0].isResidentCredential
    && credentials[0].rpId === new URL(address).hostname, credentials);

  await page.getByLabel('A name for it').fill('Again');
  await page.getByRole('button', {name: 'Add a passkey'}).click();
  const twice = page.getByText('This device has a passkey of yours already.');
  await twice.waitFor();
  check('a device is not added twice', await twice.isVisible(), await words());

  await page.getByRole('button', {name: 'Sign out'}).click();
  check('signing out leads to the sign-in', at() === '/signin', page.url());
  await page.getByRole('button', {name: 'Sign in with a passkey'}).click();
  await page.waitForURL('**/today');
  check('a passkey signs in without a name', at() === '/today', page.url());

  await page.goto(new URL('/me', address).href);
  check('its use is shown', await page.locator('td', {hasText: 'Never'}).count() === 0, await words());
  await page.getByRole('button', {name: /^Remove it/}).first().click();
  await page.getByText('You have none yet.').waitFor();
  await page.getByRole('button', {name: 'Sign out'}).click();
  await page.getByRole('button', {name: 'Sign in with a passkey'}).click();
  const refused = page.getByText('This passkey opens nothing here');
  await refused.waitFor();
  check('a passkey that was removed is refused, and the page says the way out', at() === '/signin/passkey', page.url());

  await device.send('WebAuthn.setUserVerified', {authenticatorId, isUserVerified: false});
  await page.getByRole('button', {name: 'Sign in with a passkey'}).click();
  await page.getByText('Nothing was done').waitFor();
  check('without the holder’s finger, face or PIN nothing is done', at() === '/signin/passkey', page.url());
  check('the passkey pages were silent', heard.length === 0, heard);
  await context.close();

  const plain = await open(browser, {script: false});
  const without = await plain.newPage();
  await without.goto(new URL('/signin', address).href);
  const said = await without.locator('main').innerText();
  check('without a script the page says so and offers the mail', said.includes('Without them, the link by mail does the same')
    && !said.includes('Sign in with a passkey') && said.includes('Send me a link'), said);
  await plain.close();
}
