// An employer signs up by itself, without script: what it types, the mail, the button, and that nobody sees it before its domain is shown.

import {open} from './chromium.mjs';
import {listen, violations} from './look.mjs';
import {linkFor} from './mail.mjs';

const EMAIL = 'ayse.demir@celik.example';

/** Goes the way; gives the pages it came by. */
export async function employer(browser, address, check) {
  const at = path => new URL(path, address).href;
  const words = page => page.locator('main').innerText();
  const context = await open(browser, {script: false, width: 375});
  const page = await context.newPage();
  const heard = listen(page, new URL(address).origin, 422);
  const type = async domain => {
    await page.goto(at('/employers'));
    await page.getByLabel('Your organization').fill('Çelik Makina');
    await page.getByLabel('Its domain').fill(domain);
    await page.getByLabel('Your name').fill('Ayşe Demir');
    await page.getByLabel('Your e-mail address').fill(EMAIL);
    await page.getByRole('button', {name: 'Send me a link'}).click();
    return words(page);
  };
  await page.goto(at('/signin'));
  await page.getByRole('link', {name: 'Sign up'}).click();
  check('an employer finds the form from the page where others sign in', new URL(page.url()).pathname === '/employers', page.url());
  const refused = await type('192.0.2.1');
  check('a domain that is none is told at its field', refused.includes('Write the domain of your organization'), refused);
  const sent = await type('celik.example');
  check('a link is on its way', sent.includes('A link is on its way to you'), sent);
  const link = new URL(await linkFor(process.env.TOUCHSTONE_DATA, EMAIL, 'employers/confirm'));
  await page.goto(at(link.pathname));
  await page.getByRole('button', {name: 'Set it up'}).click();
  const began = await words(page);
  check('the organization is set up and is told to show its domain', new URL(page.url()).pathname === '/institution' && began.includes('Show your domain first'), began.slice(0, 900));
  check('the line for its domain is there', /touchstone-domain=\S{20,}/.test(began), began);
  const seen = await context.request.get(at('/i/celik-example'));
  check('nobody sees it before its domain is shown', seen.status() === 404, seen.status());
  await page.goto(at('/roles/new'));
  check('it describes roles meanwhile', (await words(page)).includes('What is done'), await words(page));
  check('the employer’s pages were silent', heard.length === 0, heard);
  const signedIn = await context.storageState();
  await context.close();
  const scripted = await open(browser, {signedIn});
  const looked = await scripted.newPage();
  await looked.goto(at('/institution'));
  const broken = await violations(looked);
  check('the page of an employer that is not shown breaks no WCAG 2.2 AA rule', broken.length === 0, broken);
  await scripted.close();
  return [{name: 'employers', path: '/employers', open: true}, {name: 'employer-confirm', path: '/employers/confirm/x', open: true},
    {name: 'employer-not-shown', path: '/institution', signedIn}];
}
