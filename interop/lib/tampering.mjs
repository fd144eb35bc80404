// Every way of changing one thing in a credential: each value altered, each member and element removed, members added to
// each object, and the rewritings that JSON-LD may read as the same: a list reversed or doubled, a list of one without its
// brackets, a member that is null.

/** Yields {what, credential} with one change each. */
export function* tamperings(credential) {
  for(const path of paths(credential)) {
    const place = `/${path.join('/')}`;
    const value = at(credential, path);
    if(path.length > 0) {
      yield {what: `${place} removed`, credential: changed(credential, path, remove)};
    }
    if(value === null || typeof value !== 'object') {
      const altered = alter(value);
      yield {what: `${place} altered`, credential: changed(credential, path, put(altered))};
    } else if(Array.isArray(value)) {
      for(const [how, rewritten] of rewritings(value)) {
        yield {what: `${place} ${how}`, credential: changed(credential, path, put(rewritten))};
      }
    } else {
      for(const [key, added] of ADDED) {
        if(!(key in value)) {
          yield {what: `${place} given ${key}`, credential: changed(credential, [...path, key], put(added))};
        }
      }
    }
  }
}

// A term that the contexts define, and one that none defines.
const ADDED = [['description', 'Added later.'], ['undefinedTerm', 'Added later.'], ['image', null]];

function rewritings(list) {
  const ways = [['doubled', [...list, ...list]]];
  if(list.length > 1) {
    ways.push(['reversed', list.toReversed()]);
  }
  if(list.length === 1) {
    ways.push(['without brackets', list[0]]);
  }
  return ways;
}

/** Paths to every value, the credential itself first. */
function* paths(value, path = []) {
  yield path;
  if(value !== null && typeof value === 'object') {
    for(const key of Object.keys(value)) {
      yield* paths(value[key], [...path, Array.isArray(value) ? Number(key) : key]);
    }
  }
}

/** Another value of the same kind, as plausible as can be: a forger would not write nonsense. */
function alter(value) {
  if(typeof value === 'boolean') {
    return !value;
  }
  if(typeof value === 'number') {
    return value + 1;
  }
  if(/^\d{4}-\d\d-\d\dT/.test(value)) {
    return `${Number(value.slice(0, 4)) + 1}${value.slice(4)}`;
  }
  if(/^\d+$/.test(value)) {
    return String(Number(value) + 1);
  }
  // The last letter, so that keys, hashes and addresses keep their form.
  const last = value.at(-1) === 'a' ? 'b' : 'a';
  return value.slice(0, -1) + last;
}

function changed(credential, path, change) {
  const copy = structuredClone(credential);
  change(at(copy, path.slice(0, -1)), path.at(-1));
  return copy;
}

function at(value, path) {
  return path.reduce((inner, key) => inner[key], value);
}

function remove(parent, key) {
  if(Array.isArray(parent)) {
    parent.splice(key, 1);
  } else {
    delete parent[key];
  }
}

function put(value) {
  return (parent, key) => {
    parent[key] = value;
  };
}
