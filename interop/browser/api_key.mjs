// node browser/api_key.mjs SIGN-IN-LINK
// Signs in, makes an API key that may do everything, as an owner would, and prints it.

import {launch, open} from './chromium.mjs';

const browser = await launch();
const page = await (await open(browser)).newPage();
await page.goto(process.argv[2]);
await page.getByRole('button', {name: 'Sign in'}).click();
await page.goto(new URL('/members', page.url()).href);
await page.getByText('Make a key').click();
const form = page.locator('form[action="/keys"]');
await form.getByLabel('What it is for').fill('Requests that nobody here thought of');
for(const scope of await form.locator('input[name="scope"]').all()) {
  await scope.check();
}
await form.getByRole('button', {name: 'Make it'}).click();
const key = /\b[a-z]+_[A-Za-z0-9_-]{30,}/.exec(await page.locator('main').innerText());
await browser.close();
if(!key) {
  throw new Error('the page that answers has no key on it');
}
console.log(key[0]);
