// As one types: sends what stands in the form to where the preview's button sends it, and puts what comes back beside it and where
// tasks to link are listed.
//
// What is said stands in the page's markup or comes from the server; there are no words in here. One request at a time, and what was
// typed meanwhile is sent after it: the answer that is seen last is the one to what was typed last. Focus and scroll stay.

const PAUSE_MILLISECONDS = 400;
const PATIENCE_MILLISECONDS = 15_000;

const beside = document.getElementById('beside');
const {form} = document.querySelector('button[name=preview]');

/** Shows the line for this state, if it has one. */
function say(state) {
  beside.dataset.state = state;
  for(const line of beside.querySelectorAll('[data-when]')) {
    line.hidden = line.dataset.when !== state;
  }
}

/** Sends the form as it stands. Gives the state that it came to. */
async function send() {
  const body = new FormData(form);
  // Pictures change nothing of what is read, and are large.
  body.delete('file');
  body.delete('picture');
  body.set('preview', 'beside');
  try {
    const answer = await fetch(form.getAttribute('action'), {method: 'POST', body, signal: AbortSignal.timeout(PATIENCE_MILLISECONDS)});
    if(answer.status === 401 || answer.status === 403) {
      return 'refused';
    }
    if(!answer.ok) {
      return 'unanswered';
    }
    show(await answer.text());
    return 'current';
  } catch {
    return 'unanswered';
  }
}

let latest;

/** Replaces the parts that changed; one in which somebody is, once they left it. The markup is the server's and escaped by it. */
function show(markup) {
  latest = markup;
  const fresh = new DOMParser().parseFromString(markup, 'text/html');
  for(const part of document.querySelectorAll('[data-part]')) {
    const now = fresh.querySelector(`[data-part=${part.dataset.part}]`);
    if(now && now.innerHTML !== part.innerHTML && !part.contains(document.activeElement)) {
      part.replaceChildren(...now.childNodes);
    }
  }
}

let asking = false;
let again = false;
async function ask() {
  again = true;
  if(asking) {
    return;
  }
  asking = true;
  let state;
  while(again) {
    again = false;
    state = await send();
  }
  asking = false;
  if(waiting === undefined) {
    say(state);
  }
}

let waiting;
function later() {
  clearTimeout(waiting);
  beside.dataset.state = 'waiting';
  waiting = setTimeout(() => {
    waiting = undefined;
    ask();
  }, PAUSE_MILLISECONDS);
}

/** Whether the browser brought back what was typed before, which the page's preview does not know. */
function restored() {
  return [...form.elements].some(field => {
    if(field.type === 'checkbox') {
      return field.checked !== field.defaultChecked;
    }
    return field.defaultValue !== undefined && !['file', 'hidden'].includes(field.type) && field.value !== field.defaultValue;
  });
}

form.addEventListener('input', later);
document.addEventListener('focusout', () => latest && setTimeout(() => show(latest)));
form.addEventListener('submit', () => {
  clearTimeout(waiting);
  waiting = undefined;
});
addEventListener('online', () => beside.dataset.state === 'unanswered' && later());
addEventListener('pageshow', () => restored() && later());
say('ready');
