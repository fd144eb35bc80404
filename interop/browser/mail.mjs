// The mail folder: what the demo writes instead of sending.

import {readFileSync, readdirSync} from 'node:fs';
import {join} from 'node:path';
import {setTimeout as wait} from 'node:timers/promises';

/** The link in the newest mail to `address`, to a claim unless it is said; waits for the mail. */
export async function linkFor(data, address, place = 'claim') {
  for(let attempt = 0; attempt < 120; attempt += 1) {
    const texts = mails(data).filter(text => text.includes(`<${address}>`) || text.includes(`To: ${address}`));
    const link = new RegExp(`https?://\\S+/${place}/[A-Za-z0-9_-]+`).exec(texts.at(-1) ?? '');
    if(link) {
      return link[0];
    }
    await wait(500);
  }
  throw new Error(`no mail to ${address} with a link to ${place} within a minute`);
}

function mails(data) {
  const entries = readdirSync(data, {recursive: true, withFileTypes: true});
  const files = entries.filter(entry => entry.isFile() && entry.name.endsWith('.eml'));
  const paths = files.map(file => join(file.parentPath ?? file.path, file.name)).sort();
  return paths.map(path => decoded(readFileSync(path, 'utf8')));
}

/** Quoted-printable and base64 parts as text; enough for a link. */
function decoded(text) {
  const plain = text.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  const parts = text.matchAll(/Content-Transfer-Encoding: base64\r?\n(?:[^\r\n]+\r?\n)*\r?\n([A-Za-z0-9+/=\r\n]+)/gi);
  return [plain, ...[...parts].map(([, body]) => Buffer.from(body, 'base64').toString('utf8'))].join('\n');
}
