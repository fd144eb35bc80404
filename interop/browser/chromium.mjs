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

/** Rules of axe whose answer the colours decide. */
const COLOURS = ['color-contrast', 'link-in-text-block'];
/** Rules of axe whose answer sizes and places decide as well. The others read the document, which is the same in every view but the narrow one. */
const LAYOUT = [...COLOURS, 'target-size', 'scrollable-region-focusable'];

/** Ways of looking at a page. `rules` says which rules axe looks after as well: `true` for all of WCAG 2.2 AA. */
export const VIEWS = [
  {name: 'wide', width: 1280, scheme: 'light', rules: true},
  {name: 'wide-dark', width: 1280, scheme: 'dark', rules: COLOURS},
  {name: 'narrow', width: 320, scheme: 'light', rules: true},
  {name: 'narrow-dark', width: 320, scheme: 'dark'},
  {name: 'phone', width: 375, scheme: 'light', script: false},
  {name: 'large-text', width: 1280, scheme: 'light', textPercent: 200, rules: LAYOUT},
];

/** How high every window is, in CSS pixels. */
export const HEIGHT = 800;

/** Starts the browser. */
export function launch() {
  mkdirSync(SCREENSHOTS, {recursive: true});
  return chromium.launch({executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: FLAGS});
}

/** A window of its own, with the cookies of `signedIn` if given. */
export async function open(browser, {width = 1280, scheme = 'light', script = true, textPercent, signedIn} = {}) {
  const context = await browser.newContext({
    viewport: {width, height: HEIGHT},
    colorScheme: scheme,
    javaScriptEnabled: script,
    reducedMotion: 'reduce',
    // Only to enlarge the text; in every other view the page's own policy holds.
    bypassCSP: textPercent !== undefined,
    storageState: signedIn,
  });
  // A machine that does something else meanwhile is slow, and slow is not wrong.
  context.setDefaultTimeout(60_000);
  return context;
}
