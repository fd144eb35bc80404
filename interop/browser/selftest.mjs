// Can these checks fail? Each planted fault must be found, and a sound page must pass.

import {createServer} from 'node:http';
import {VIEWS, launch} from './chromium.mjs';
import {look} from './look.mjs';

const SOUND = `<!doctype html><html lang="en"><head><title>Sound</title>
<meta name="viewport" content="width=device-width"></head><body><main><h1>A sound page</h1>
<p>It has five words and more.</p></main></body></html>`;

const FAULTS = {
  'has a title': page => page.replace('Sound</title>', '</title>'),
  'names its language': page => page.replace(' lang="en"', ''),
  'has one main heading': page => page.replace('<p>', '<h1>Another</h1><p>'),
  'has one main part': page => page.replaceAll('main>', 'div>'),
  'does not scroll sideways': page => page.replace('<p>', '<p style="width: 2000px">'),
  'says something': page => page.replace('<p>It has five words and more.</p>', ''),
  'breaks no WCAG 2.2 AA rule': page => page.replace('<p>', '<p><img src="data:,">'),
  'is silent on the console and asks only its own server': page => page.replace('<p>', '<p><img alt="" src="http://[::1]:9/x">'),
};

/** Faults that only some views show: which, and in which claim. */
const IN_VIEWS = {
  'wide-dark: breaks no WCAG 2.2 AA rule': page => styled(page, '@media (prefers-color-scheme: dark) { p { color: #111; background: #000 } }'),
  'narrow: does not scroll sideways': page => styled(page, '@media (max-width: 400px) { p { width: 2000px } }'),
  'phone: says something': page => page.replace('<p>', '<p hidden>').replace('</main>', '</main><script>document.querySelector("p").hidden = false</script>'),
  'large-text: breaks no WCAG 2.2 AA rule': page => styled(page.replace('<p>', '<a href="#a">a</a><a href="#b">b</a><p>'), '@media (width > 1000px) { a { display: block; height: 2px; overflow: hidden } }'),
};

const styled = (page, rule) => page.replace('</head>', `<style>${rule}</style></head>`);

/** Gives claims about the checks themselves. */
export async function selftest() {
  let served = SOUND;
  const server = createServer((request, response) => {
    const icon = request.url === '/favicon.ico';
    response.writeHead(icon ? 204 : 200, {'content-type': 'text/html; charset=utf-8'}).end(icon ? '' : served);
  });
  await new Promise(ready => server.listen(0, '127.0.0.1', ready));
  const address = `http://127.0.0.1:${server.address().port}/`;
  const browser = await launch();
  const claims = [];
  const broken = async (views = VIEWS.slice(0, 1)) => (await look(browser, 'selftest', address, {views})).filter(({held}) => !held).map(({claim}) => claim);
  const sound = await broken(VIEWS);
  claims.push({claim: 'a sound page passes', held: sound.length === 0, seen: sound});
  for(const [claim, fault] of Object.entries(FAULTS)) {
    served = fault(SOUND);
    const found = await broken();
    claims.push({claim: `a fault in "${claim}" is found`, held: found.some(found => found.endsWith(claim)), seen: found});
  }
  for(const [claim, fault] of Object.entries(IN_VIEWS)) {
    served = fault(SOUND);
    const found = await broken(VIEWS);
    claims.push({claim: `a fault in "${claim}" is found`, held: found.some(found => found.endsWith(claim)), seen: found});
  }
  await browser.close();
  server.close();
  return claims;
}
