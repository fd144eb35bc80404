// Where the verifier runs. This worker is served with a policy under which it can ask nobody for anything.

import {Verifier, isForWhole} from './verifier.js';

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
      const answer = verifier.check(file, data.inputs);
      postMessage({answer, whole: isForWhole(file, answer, data.inputs)});
    }
  } catch(error) {
    postMessage({broken: String(error)});
    // What broke off may have left its memory in disorder: the next one begins afresh.
    verifier = module && await Verifier.of(module).catch(() => undefined);
  }
});
