// Where the verifier runs. This worker is served with a policy under which it can ask nobody for anything.

import {Verifier} from './verifier.js';

let module;
let verifier;

addEventListener('message', async ({data}) => {
  try {
    if(data.module) {
      module = data.module;
      verifier = await Verifier.of(module);
      postMessage({ready: true});
    } else {
      const file = new Uint8Array(await data.file.arrayBuffer());
      postMessage({answer: verifier.check(file, data.inputs)});
    }
  } catch(error) {
    // What broke off may have left its memory in disorder: the next one begins afresh.
    verifier = module && await Verifier.of(module);
    postMessage({broken: String(error)});
  }
});
