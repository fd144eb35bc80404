// "Check it yourself, in this browser, without us": loads the verifier with the page, then checks without asking anybody. For a presentation or
// a proof bundle it fetches the larger verifier, once.
//
// What is said stands in the page's markup or comes from the verifier; there are no words in here.

const here = document.getElementById('here');
const main = document.getElementById('main');
const {worker: workerAt, verifier: verifierAt, whole: wholeAt, documents: documentsAt, credential: credentialAt} = here.dataset;
const control = here.querySelector('input, button');
/** The most that the verifier reads, in bytes: a larger file would be copied for nothing. */
const LARGEST = 32 * 2 ** 20;
/** In milliseconds. What takes a worker seconds takes an old telephone a minute. */
const LONGEST_CHECK = 120_000;

/** Shows the line for this state, and `words` in it. */
function say(when, words) {
  here.dataset.state = when;
  for(const line of here.querySelectorAll('[data-when]')) {
    line.hidden = line.dataset.when !== when;
    const place = line.querySelector('[data-words]');
    if(place && words !== undefined) {
      place.textContent = words;
    }
  }
}

async function get(address) {
  const answer = await fetch(address);
  if(!answer.ok) {
    throw new Error(`${address}: ${answer.status}`);
  }
  return answer;
}

/** Everything that is fetched, once. */
let loading;
function load() {
  loading ??= (async () => {
    const [bytes, documents, credential] = await Promise.all([
      get(verifierAt).then(answer => answer.arrayBuffer()),
      get(documentsAt).then(answer => answer.json()),
      credentialAt && get(credentialAt).then(answer => answer.blob()),
    ]);
    return {module: await WebAssembly.compile(bytes), documents, credential};
  })();
  return loading;
}

/** The worker with the verifier in it, and the one with the large verifier. */
let working;
let whole;
function start(module) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(workerAt, {type: 'module'});
    worker.addEventListener('message', ({data}) => (data.ready ? resolve(worker) : reject(new Error(data.broken))), {once: true});
    worker.addEventListener('error', reject, {once: true});
    worker.postMessage({module});
  });
}

/** The large verifier: nothing of the file goes with what is fetched for it. */
async function prepareWhole() {
  say('loading');
  whole ??= get(wholeAt).then(answer => answer.arrayBuffer()).then(bytes => WebAssembly.compile(bytes)).then(start);
  try {
    return await whole;
  } catch(error) {
    console.warn(error);
    whole = undefined;
    return undefined;
  }
}

async function prepare() {
  if(typeof WebAssembly !== 'object' || typeof Worker !== 'function') {
    say('unsupported');
    control.disabled = true;
    return undefined;
  }
  say('loading');
  try {
    const loaded = await load();
    working ??= start(loaded.module);
    const worker = await working;
    say('ready');
    return {...loaded, worker};
  } catch(error) {
    console.warn(error);
    loading = undefined;
    working = undefined;
    say(error instanceof WebAssembly.CompileError ? 'unsupported' : 'unloaded');
    return undefined;
  }
}

/** One after the other: there is one worker. */
let turn = Promise.resolve();
function check(file) {
  const unread = here.querySelector('input:invalid');
  if(unread) {
    unread.reportValidity(); // In the browser's words.
    control.value = '';
    return;
  }
  const large = [...here.querySelectorAll('input[type=file]')].some(({files}) => [...files].some(({size}) => size > LARGEST));
  // What was given for this file, not what stands there once it is its turn.
  const given = large ? undefined : besides();
  turn = turn.then(() => (large ? say('large') : checkOne(file, given))).catch(error => {
    console.warn(error);
    say('broken');
  }).finally(() => {
    if(!credentialAt) {
      control.value = ''; // Else a browser says nothing when the same file is chosen again.
    }
  });
}

async function checkOne(file, given) {
  const loaded = await prepare();
  if(!loaded) {
    return;
  }
  say('busy');
  const inputs = {...loaded.documents, ...await given, at: new Date().toISOString(), pageSays: main.querySelector('.verdict strong')?.textContent};
  let {answer, whole: isForWhole} = await ask(loaded.worker, file ?? loaded.credential, inputs);
  if(wholeAt && isForWhole) {
    const worker = await prepareWhole();
    if(!worker) {
      say('unloaded');
      return;
    }
    say('busy');
    ({answer} = await ask(worker, file, inputs));
  }
  if(!answer) {
    say('broken');
  } else if(answer.error) {
    say('refused', answer.error.words);
  } else {
    say('ready');
    show(answer);
  }
}

/** What the worker answers. One that is gone, as for want of memory, may not even say so. */
function ask(worker, file, inputs) {
  const listening = new AbortController();
  let patience;
  const answered = new Promise((resolve, reject) => {
    const gone = () => reject(new Error('the worker is gone'));
    worker.addEventListener('message', ({data}) => resolve(data), {signal: listening.signal});
    worker.addEventListener('error', gone, {signal: listening.signal});
    worker.addEventListener('messageerror', gone, {signal: listening.signal});
    patience = setTimeout(gone, LONGEST_CHECK);
    worker.postMessage({file, inputs});
  });
  return answered.catch(error => {
    end();
    throw error;
  }).finally(() => {
    clearTimeout(patience);
    listening.abort();
  });
}

/** Ends the workers; the next check begins with others. */
function end() {
  for(const worker of [working, whole]) {
    worker?.then(worker => worker.terminate(), () => {});
  }
  working = undefined;
  whole = undefined;
}

/** What the reader gave for a bundle or a presentation. */
async function besides() {
  const value = name => here.querySelector(`#here-${name}`)?.value.trim() || undefined;
  const [challenge, domain, days] = [value('challenge'), value('domain'), value('age')];
  const statusMaxAge = days && Math.round(Number(days) * 86_400_000);
  const [trust] = here.querySelector('#here-trust')?.files ?? [];
  const statusProofs = await Promise.all(Array.from(here.querySelector('#here-status')?.files ?? [], multibase));
  return {trust: await trust?.text(), statusProofs, statusMaxAge, challenge, domain};
}

/** A file as text: `u`, and base64url. */
async function multibase(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const text = Array.from(bytes, byte => String.fromCharCode(byte)).join('');
  return `u${btoa(text).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')}`;
}

/** Where the reader sees the answer: below the button, or as the page itself. The markup is the verifier's and escaped by it. */
function show(answer) {
  const place = document.getElementById('here-result');
  if(credentialAt) {
    here.querySelector('[data-evidence]').hidden = !restsOnFiles(answer);
    place.innerHTML = answer.result;
    return;
  }
  const title = document.title;
  const form = document.createDocumentFragment();
  const again = here.querySelector('template').content.cloneNode(true);
  again.querySelector('[data-evidence]').hidden = !restsOnFiles(answer);
  form.append(...main.childNodes);
  main.innerHTML = answer.main;
  main.classList.add('certificate');
  main.append(again);
  document.title = answer.title;
  main.querySelector('button').addEventListener('click', () => {
    main.replaceChildren(form);
    main.classList.remove('certificate');
    document.title = title;
    control.value = '';
    control.focus();
  });
  main.tabIndex = -1;
  main.focus();
}

/** Whether files of evidence that have an address were not looked at: they are not among the documents. */
function restsOnFiles({report}) {
  const reports = [report, ...(report.credentials ?? []).map(one => one?.report ?? one)];
  const left = ({check, outcome, path, id}) => check === 'evidence' && outcome === 'unknown' && path?.startsWith('/evidence') && id?.startsWith('http');
  return reports.some(one => one?.checks?.some(left));
}

here.hidden = false;
if(credentialAt) {
  control.addEventListener('click', () => check());
} else {
  control.addEventListener('change', () => control.files[0] && check(control.files[0]));
}
if(navigator.connection?.saveData) {
  say('ready'); // Loaded when it is asked for.
} else if(document.readyState === 'complete') {
  prepare();
} else {
  addEventListener('load', prepare);
}
