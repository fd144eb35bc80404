// Passkeys: fetches a challenge, has the browser answer it, sends the answer as a form. Without this script, or in a browser
// that knows no passkeys, the page keeps saying that the link by mail does the same.
const decoded = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), sign => sign.charCodeAt(0));

const encoded = bytes =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

const named = list => (list ?? []).map(one => ({...one, id: decoded(one.id)}));

/** Web Authentication Level 3 §5.1.3. */
async function create(options) {
  const made = await navigator.credentials.create({publicKey: {
    ...options,
    challenge: decoded(options.challenge),
    user: {...options.user, id: decoded(options.user.id)},
    excludeCredentials: named(options.excludeCredentials),
  }});
  return {
    id: made.id,
    rawId: encoded(made.rawId),
    type: made.type,
    response: {
      attestationObject: encoded(made.response.attestationObject),
      clientDataJSON: encoded(made.response.clientDataJSON),
    },
  };
}

/** Web Authentication Level 3 §5.1.4. */
async function get(options) {
  const shown = await navigator.credentials.get({publicKey: {
    ...options,
    challenge: decoded(options.challenge),
    allowCredentials: named(options.allowCredentials),
  }});
  const {authenticatorData, clientDataJSON, signature, userHandle} = shown.response;
  return {
    id: shown.id,
    rawId: encoded(shown.rawId),
    type: shown.type,
    response: {
      authenticatorData: encoded(authenticatorData),
      clientDataJSON: encoded(clientDataJSON),
      signature: encoded(signature),
      userHandle: userHandle ? encoded(userHandle) : null,
    },
  };
}

async function begin(address, fields) {
  const body = new URLSearchParams(fields);
  const answer = await fetch(address, {method: 'POST', body, headers: {accept: 'application/json'}});
  const said = await answer.json();
  if(!answer.ok) {
    throw new Error(said.detail);
  }
  return said;
}

/** Makes a passkey for what the form says and has it sign that: a new passkey alone signs nothing. */
async function sign(form) {
  const asked = await begin(form.dataset.begin, new FormData(form));
  const made = JSON.stringify(await create(asked.publicKey));
  const {ceremony, publicKey} = await begin(form.dataset.made, {ceremony: asked.ceremony, answer: made});
  return {ceremony, answer: await get(publicKey)};
}

async function once(form) {
  const csrf = form.elements.csrf;
  const {ceremony, publicKey} = await begin(form.dataset.begin, csrf ? {csrf: csrf.value} : {});
  return {ceremony, answer: await (form.dataset.passkey === 'create' ? create : get)(publicKey)};
}

function words(error, otherwise) {
  switch(error.name) {
    case 'NotAllowedError':
    case 'AbortError':
      return 'Nothing was done: it was cancelled, or took too long. Try again.';
    case 'InvalidStateError':
      return 'This device has a passkey of yours already.';
    case 'SecurityError':
      return `Passkeys do not work under the address in your browser. ${otherwise}`;
    case 'Error':
      return error.message;
    default:
      return `That did not work. Try again. ${otherwise}`;
  }
}

async function send(form) {
  const error = form.querySelector('[role=alert]');
  const button = form.querySelector('button');
  error.textContent = '';
  button.disabled = true;
  try {
    const {ceremony, answer} = await (form.dataset.passkey === 'sign' ? sign : once)(form);
    form.elements.ceremony.value = ceremony;
    form.elements.answer.value = JSON.stringify(answer);
    form.submit();
  } catch(fault) {
    error.textContent = words(fault, form.dataset.otherwise ?? 'Or use the link by mail.');
  } finally {
    button.disabled = false;
  }
}

if(window.PublicKeyCredential) {
  for(const form of document.querySelectorAll('form[data-passkey]')) {
    form.hidden = false;
    form.addEventListener('submit', event => {
      event.preventDefault();
      send(form);
    });
  }
  for(const note of document.querySelectorAll('[data-without-passkeys]')) {
    note.hidden = true;
  }
}
