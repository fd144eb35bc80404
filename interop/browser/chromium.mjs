// Chromium, as a person with a certain screen and certain settings has it.

import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {tmpdir} from 'node:os';
import {chromium} from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Where the pictures go; look at them. */
export const SCREENSHOTS = process.env.SCREENSHOTS ?? join(tmpdir(), 'touchstone-screenshots');

/** Ways of looking at a page. `rules` says whether axe looks as well. */
export const VIEWS = [
  {name: 'wide', width: 1280, scheme: 'light', rules: true},
  {name: 'wide-dark', width: 1280, scheme: 'dark', rules: true},
  {name: 'phone', width: 375, scheme: 'light', script: false},
  {name: 'narrow', width: 320, scheme: 'light', rules: true},
  {name: 'narrow-dark', width: 320, scheme: 'dark'},
  {name: 'large-text', width: 1280, scheme: 'light', textPercent: 200, rules: true},
];

/** Starts the browser. */
export function launch() {
  mkdirSync(SCREENSHOTS, {recursive: true});
  return chromium.launch({executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: FLAGS});
}

/** A window of its own, with the cookies of `signedIn` if given. */
export async function open(browser, {width = 1280, scheme = 'light', script = true, textPercent, signedIn} = {}) {
  const context = await browser.newContext({
    viewport: {width, height: 800},
    colorScheme: scheme,
    javaScriptEnabled: script,
    reducedMotion: 'reduce',
    // Only to enlarge the text; in every other view the page's own policy holds.
    bypassCSP: textPercent !== undefined,
    storageState: signedIn,
  });
  context.setDefaultTimeout(15_000);
  return context;
}
