// Looks at one page in every view and says what is wrong with it.

import {join} from 'node:path';
import axe from 'axe-core';
import {HEIGHT, SCREENSHOTS, VIEWS, open as context} from './chromium.mjs';

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/**
 * Every view of `address`: what was claimed of it and whether that holds.
 *
 * @returns {Promise<Array<{claim: string, held: boolean, seen: any}>>}
 */
export async function look(browser, name, address, {signedIn, status = 200, views = VIEWS} = {}) {
  // A window that runs scripts is one for several views: it changes its width and its colours as a reader's does.
  const alike = ({script, textPercent}) => `${script} ${textPercent}`;
  const windows = [...new Set(views.map(alike))].map(one => views.filter(view => alike(view) === one));
  const seen = await Promise.all(windows.map(some => inWindow(browser, some, {name, address, signedIn, status})));
  return seen.flat();
}

/** Loads the page once and looks at it in each of these views. */
async function inWindow(browser, views, {name, address, signedIn, status}) {
  const claims = [];
  const page = await window(browser, {...views[0], signedIn});
  await show(page, views[0]);
  const heard = listen(page, new URL(address).origin, status);
  try {
    const answer = await page.goto(address, {waitUntil: 'load'});
    const enlarged = views[0].textPercent;
    if(enlarged) {
      await page.addStyleTag({content: `html { font-size: ${enlarged}% !important; }`});
    }
    for(const view of views) {
      await show(page, view);
      const claim = (what, held, seen) => claims.push({claim: `${name}, ${view.name}: ${what}`, held, seen});
      claim(`answers ${status}`, answer.status() === status, answer.status());
      for(const [what, held, seen] of await structure(page)) {
        claim(what, held, seen);
      }
      if(view.rules) {
        const broken = await violations(page, view.rules);
        claim('breaks no WCAG 2.2 AA rule', broken.length === 0, broken);
      }
      claim('is silent on the console and asks only its own server', heard.length === 0, heard);
      // In CI nobody looks at them, and six hundred take minutes.
      if(!process.env.CI) {
        await page.screenshot({path: join(SCREENSHOTS, `${name}-${view.name}.png`), fullPage: true});
      }
    }
    return claims;
  } finally {
    page.removeAllListeners();
  }
}

async function show(page, {width, scheme}) {
  await page.emulateMedia({colorScheme: scheme});
  await page.setViewportSize({width, height: HEIGHT});
}

/** Windows that stay open, of each browser: one goes from page to page as a reader's does, and a new one costs a process each time. */
const windows = new WeakMap();

/** The window of this kind: whether it runs scripts and enlarges text, and who is signed in there. */
async function window(browser, view) {
  const open = windows.get(browser) ?? windows.set(browser, new Map()).get(browser);
  const kind = JSON.stringify([view.script, view.textPercent, view.signedIn]);
  const page = open.get(kind) ?? await (await context(browser, view)).newPage();
  open.set(kind, page);
  return page;
}

/** What axe finds by all rules, or by those named, with the places. Works under a strict content policy: it is not the page that loads it. */
export async function violations(page, rules = true) {
  await page.evaluate(`void (globalThis.axe ?? (() => { ${axe.source} })())`);
  const only = rules === true ? WCAG : {type: 'rule', values: rules};
  const found = await page.evaluate(only => globalThis.axe.run(document, {runOnly: only}), only);
  return found.violations.map(({id, nodes}) => `${id}: ${nodes.slice(0, 3).map(node => node.html.slice(0, 120)).join(' | ')}`);
}

/** Claims that need no rule book. */
async function structure(page) {
  const seen = await page.evaluate(() => ({
    title: document.title,
    language: document.documentElement.lang,
    headings: document.querySelectorAll('h1').length,
    mains: document.querySelectorAll('main').length,
    over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    words: document.body.innerText.trim().split(/\s+/).length,
  }));
  return [
    ['has a title', seen.title.trim() !== '', seen.title],
    ['names its language', seen.language !== '', seen.language],
    ['has one main heading', seen.headings === 1, seen.headings],
    ['has one main part', seen.mains === 1, seen.mains],
    ['does not scroll sideways', seen.over <= 0, `${seen.over} px`],
    ['says something', seen.words >= 5, seen.words],
  ];
}

/** Everything that a page should not do while it loads. */
export function listen(page, origin, status = 200) {
  const heard = [];
  page.on('console', message => {
    // Chromium reports the page's own error answer as a console error.
    const expected = status >= 400 && message.text().includes(`status of ${status}`);
    if(message.type() === 'error' && !expected) {
      heard.push(`console: ${message.text()}`);
    }
  });
  page.on('pageerror', error => heard.push(`script: ${error.message}`));
  page.on('dialog', dialog => {
    heard.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on('request', request => {
    const url = request.url();
    if(!url.startsWith(origin) && !url.startsWith('data:')) {
      heard.push(`request: ${url}`);
    }
  });
  page.on('requestfailed', request => {
    const why = request.failure()?.errorText;
    // Who leaves a page before all of it came gives up the rest, and nobody misses it. What a server or a rule refuses has another name.
    if(why !== 'net::ERR_ABORTED') {
      heard.push(`failed: ${request.url()} ${why}`);
    }
  });
  return heard;
}
