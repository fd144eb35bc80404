// node verify.mjs FOLDER PUBLISHED
// What each tool says of each credential in FOLDER, one line of JSON per file and tool. DID documents and status lists are
// read from PUBLISHED, which `touchstone publish` wrote.

import {credentialsIn} from './lib/folder.mjs';
import {documents, publishedIn, replaceNetwork} from './lib/documents.mjs';
import {digitalBazaar, openBadges, verifierCore} from './lib/verifiers.mjs';

const [folder, published] = process.argv.slice(2);
const found = documents(publishedIn(published));
replaceNetwork(found);
for(const {name, credential} of credentialsIn(folder)) {
  const verdicts = [await digitalBazaar(credential, found), await verifierCore(credential), openBadges(credential)];
  for(const verdict of verdicts) {
    console.log(JSON.stringify({file: name, id: credential.id, ...verdict}));
  }
}
