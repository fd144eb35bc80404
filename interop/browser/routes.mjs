// Which of the server's pages were looked at: all, or the omission has a name.

import {readFile} from 'node:fs/promises';

const ROUTER = new URL('../../crates/web/src/router.rs', import.meta.url);

/** Answers to GET that are no pages: files, data, a mail as its reader has it (in a frame of `/cohorts/ID/mail`), what a program reads. */
const NO_PAGE = [
  '/achievements/{id}/definition.json', '/achievements/{id}/exchange/{form}', '/achievements/{id}/picture', '/applications/{id}/credentials/{number}',
  '/applications/{id}/{file}', '/assets/{name}', '/audit.csv', '/audit.json', '/audit.record', '/claim/{token}/{file}', '/cohorts/{id}/credentials.zip',
  '/cohorts/{id}/faults.csv', '/cohorts/{id}/mail/{language}', '/credentials/{id}/{file}', '/healthz', '/i/{slug}/.well-known/openid-federation',
  '/i/{slug}/a/{achievement}/meaning.json', '/i/{slug}/a/{achievement}/{version}', '/i/{slug}/competencies/{competency}/releases.json',
  '/i/{slug}/competencies/{competency}/{file}', '/i/{slug}/did.json', '/i/{slug}/did.jsonl', '/i/{slug}/e/{sha256}', '/i/{slug}/endorsements/{file}', '/i/{slug}/mappings/{set}/releases.json',
  '/i/{slug}/mappings/{set}/{file}',
  '/i/{slug}/mark', '/i/{slug}/profile', '/i/{slug}/status/{number}', '/log/anchor/{name}', '/log/checkpoint', '/log/tile/{*path}', '/mappings/frameworks/{id}/{form}', '/metrics',
  '/postings/{id}/applications.csv', '/readyz', '/registry.json', '/roles/{id}/dcql.json', '/v/{link}/documents.json', '/v/{link}/role.pdf', '/v/{link}/{file}',
  '/verify/documents.json',
];

/** Checks that every page has an address among `looked`, and that nothing is excused that is not there. */
export async function everyPage(looked, check) {
  const source = await readFile(ROUTER, 'utf8');
  const routes = [...source.matchAll(/\.route\(\s*"([^"]+)",\s*get\(/g)].map(([, route]) => route);
  check('the router’s pages are found', routes.length > 80, routes.length);
  const paths = looked.map(path => new URL(path, 'http://localhost').pathname);
  // `/cohorts/new` is a page of its own, not a cohort.
  const fixed = new Set(routes.filter(route => !route.includes('{')));
  const seen = route => paths.some(path => route === path || (!fixed.has(path) && pattern(route).test(path)));
  const missed = routes.filter(route => !NO_PAGE.includes(route) && !seen(route));
  check('every page was looked at in every view', missed.length === 0, missed);
  const gone = NO_PAGE.filter(route => !routes.includes(route));
  check('what is excused is there', gone.length === 0, gone);
}

function pattern(route) {
  const parts = route.split(/\{[^}]+\}/).map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]+')}$`);
}
