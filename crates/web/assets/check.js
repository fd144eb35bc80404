// "Check it yourself, in this browser, without us": loads the verifier with the page, then checks without asking anybody.
//
// What is said stands in the page's markup or comes from the verifier; there are no words in here.

const here = document.getElementById('here');
const main = document.getElementById('main');
const {worker: workerAt, verifier: verifierAt, documents: documentsAt, credential: credentialAt} = here.dataset;
const control = here.querySelector('input, button');

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

/** Everything that is fetched, once. */
let loading;
function load() {
  loading ??= (async () => {
    const get = async address => {
      const answer = await fetch(address);
      if(!answer.ok) {
        throw new Error(`${address}: ${answer.status}`);
      }
      return answer;
    };
    const [bytes, documents, credential] = await Promise.all([
      get(verifierAt).then(answer => answer.arrayBuffer()),
      get(documentsAt).then(answer => answer.json()),
      credentialAt && get(credentialAt).then(answer => answer.blob()),
    ]);
    return {module: await WebAssembly.compile(bytes), documents, credential};
  })();
  return loading;
}

/** The worker, with the verifier in it. */
let working;
function start(module) {
  working ??= new Promise((resolve, reject) => {
    const worker = new Worker(workerAt, {type: 'module'});
    worker.addEventListener('message', () => resolve(worker), {once: true});
    worker.addEventListener('error', reject, {once: true});
    worker.postMessage({module});
  });
  return working;
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
    const worker = await start(loaded.module);
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
  turn = turn.then(() => checkOne(file));
}

async function checkOne(file) {
  const loaded = await prepare();
  if(!loaded) {
    return;
  }
  say('busy');
  const {worker, documents} = loaded;
  const inputs = {...documents, at: new Date().toISOString(), pageSays: main.querySelector('.verdict strong')?.textContent};
  const {answer} = await new Promise(resolve => {
    worker.addEventListener('message', ({data}) => resolve(data), {once: true});
    worker.postMessage({file: file ?? loaded.credential, inputs});
  });
  if(!answer) {
    say('broken');
  } else if(answer.error) {
    say('refused', answer.error.words);
  } else {
    say('ready');
    show(answer);
  }
}

/** Where the reader sees the answer: below the button, or as the page itself. The markup is the verifier's and escaped by it. */
function show(answer) {
  const place = document.getElementById('here-result');
  if(credentialAt) {
    place.innerHTML = answer.result;
    return;
  }
  const title = document.title;
  const form = document.createDocumentFragment();
  const again = here.querySelector('template').content.cloneNode(true);
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
