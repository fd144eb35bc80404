// Crosswalks and roles as a registrar meets them: a framework is taken in, a mapping is found, proposed and voted on, a role is
// described; nobody decides alone on what they proposed.

const FRAMEWORK = `uri,label,kind
https://tasks.example/1,Dress wounds of different kinds without help,task
https://tasks.example/2,عِلاج الجروح,task
https://tasks.example/3,Ošetřování ran,task
`;

/** A mapping set in a file: of one pair it says `relation`. */
const sssom = relation => `#curie_map:
#  a: "https://a.example/"
#  b: "https://b.example/"
subject_id\tpredicate_id\tobject_id\tmapping_justification
a:1\tskos:${relation}\tb:1\tsemapv:ManualMappingCuration
`;

/** Goes the way; gives the pages it came by. */
export async function crosswalk(page, address, check) {
  const to = path => page.goto(new URL(path, address).href);
  const words = () => page.locator('main').innerText();
  await to('/mappings');
  for(const [version, file] of [['7', FRAMEWORK], ['8', FRAMEWORK.replace('without help', 'alone')]]) {
    await to('/mappings');
    await page.getByText('Take in a framework').click();
    await page.getByLabel('Its address').fill('https://tasks.example');
    await page.getByLabel('Its title').fill('Tasks');
    await page.getByLabel('Its version').fill(version);
    await page.locator('#f-file-framework').setInputFiles({name: 'tasks.csv', mimeType: 'text/csv', buffer: Buffer.from(file)});
    await page.getByRole('button', {name: 'Take it in'}).click();
    check('a framework is taken in and counted', (await words()).includes('Taken in: 3 statements.'), await words());
  }
  await to('/mappings');
  const newer = page.getByRole('row').filter({has: page.getByRole('cell', {name: '8', exact: true})});
  await newer.getByRole('link', {name: 'Tasks'}).click();
  const framework = new URL(page.url()).pathname;
  check('a new version says what it says otherwise', /0 new, 1 gone or said otherwise/.test(await words()) && (await words()).includes('alone'), await words());

  for(const [slug, relation] of [['from-one', 'exactMatch'], ['from-two', 'broadMatch']]) {
    await to('/mappings');
    await page.getByText('Take a mapping set from a file').click();
    await page.locator('#f-title-take').fill(`Set ${slug}`);
    await page.locator('#f-slug-take').fill(slug);
    await page.locator('#f-license-take').fill('https://creativecommons.org/licenses/by/4.0/');
    await page.locator('#f-file-take').setInputFiles({name: 'set.sssom.tsv', mimeType: 'text/tab-separated-values', buffer: Buffer.from(sssom(relation))});
    await page.locator('#f-why-take').fill('What others published is said of our courses.');
    await page.getByRole('button', {name: 'Take it', exact: true}).click();
    await page.locator('#f-why-release').fill('Our people read all of it.');
    await page.getByRole('button', {name: 'Release the next version'}).click();
  }
  await page.getByRole('link', {name: 'What everybody sees of it, also as of a day'}).click();
  const released = new URL(page.url()).pathname;
  await page.getByLabel('The day').fill(new Date().toISOString().slice(0, 10));
  await page.getByRole('button', {name: 'Show', exact: true}).click();
  const then = await words();
  check('everybody reads what was released by a day', then.includes('As it was on') && then.includes('SHA-256'), then);
  await to('/mappings');
  await page.getByText('Make one set of several').click();
  await page.getByLabel('Set from-one').check();
  await page.getByLabel('Set from-two').check();
  await page.locator('#f-title-merge').fill('Of both');
  await page.locator('#f-slug-merge').fill('of-both');
  await page.locator('#f-license-merge').fill('https://creativecommons.org/licenses/by/4.0/');
  await page.locator('#f-why-merge').fill('Both speak of the same work.');
  await page.getByRole('button', {name: 'Make one set', exact: true}).click();
  check('released sets become one that tells where they do not agree', (await words()).includes('https://a.example/1 and https://b.example/1 (exact, broad)'), await words());

  await page.getByText('Begin a mapping set').click();
  await page.locator('#f-title-begin').fill('First aid and Tasks');
  await page.locator('#f-slug-begin').fill('first-aid');
  await page.locator('#f-license-begin').fill('https://creativecommons.org/licenses/by/4.0/');
  await page.locator('#f-why-begin').fill('Employers ask what the course is worth.');
  await page.getByRole('button', {name: 'Begin', exact: true}).click();
  const set = new URL(page.url()).pathname;
  check('a mapping set is begun', /^\/mappings\/[^/]+$/.test(set), await words());

  await page.getByRole('link', {name: 'Propose a mapping'}).click();
  await page.getByLabel('Look for a task or a skill').fill('dress wounds');
  await page.getByRole('button', {name: 'Look', exact: true}).click();
  const propose = page.url().replace(new URL(address).origin, '');
  await page.getByRole('link', {name: /^Take as that/}).first().click();
  await page.getByLabel('This', {exact: true}).fill('https://example.edu/a/wounds');
  await page.getByLabel('What it is called').fill('Wound dressing');
  await page.getByLabel('Why').fill('The test is this task.');
  await page.getByRole('button', {name: 'Propose', exact: true}).click();
  const mapping = new URL(page.url()).pathname;
  check('a mapping is proposed with what was found', (await words()).includes('Dress wounds of different kinds'), await words());
  await page.getByLabel('It is right').check();
  await page.getByLabel('Reason', {exact: true}).fill('The test is this task.');
  await page.getByRole('button', {name: 'Vote', exact: true}).click();
  const alone = await words();
  check('nobody decides alone on what they proposed', alone.includes('Waits for votes') && alone.includes('somebody other than the one who proposed it'), alone);

  await to('/achievements/new');
  const suggested = page.locator('[data-part=suggested] li');
  check('nothing is suggested before anything is written', await suggested.count() === 0);
  await page.getByLabel('The person can …').pressSequentially('Dress wounds', {delay: 20});
  const found = suggested.filter({hasText: 'Dress wounds of different kinds'});
  await found.waitFor();
  const linked = await page.getByLabel('Linked tasks and skills').inputValue();
  check('a task is suggested as one types, and linked by nobody else', linked === '', linked);
  await found.getByRole('button', {name: /^Add/}).click();
  const line = await page.getByLabel('Linked tasks and skills').inputValue();
  check('a suggestion is linked at a button, and what was written stays', line.includes('Dress wounds of different kinds') &&
    await page.getByLabel('The person can …').inputValue() === 'Dress wounds', line);

  await to('/roles/new');
  await page.getByLabel('Title').fill('First aider');
  await page.getByLabel('What is done').first().fill('Keeps calm and calls for help');
  await page.getByLabel('Look for').fill('wounds');
  await page.getByRole('button', {name: 'Look', exact: true}).click();
  await page.getByRole('button', {name: /^Add/}).first().click();
  await page.getByLabel(/^Everybody who has its link/).check();
  await page.getByRole('button', {name: 'Save'}).click();
  const role = new URL(page.url()).pathname;
  const open = await page.locator('a[href^="/r/"]').getAttribute('href');
  check('a role is described with a task of one’s own and one that was found', /^\/roles\/[^/]+$/.test(role), await words());
  return [
    {name: 'framework', path: framework}, {name: 'set-released', path: released, open: true}, {name: 'mapping-set', path: set}, {name: 'mapping-propose', path: propose}, {name: 'mapping', path: mapping},
    {name: 'role', path: role}, {name: 'role-open', path: open, open: true},
  ];
}

/** A reader without an account and without script reads a credential's page for the role. */
export async function readForRole(context, shown, role, check) {
  const page = await context.newPage();
  await page.goto(shown);
  await page.getByLabel('The role’s link').fill(role);
  await page.getByRole('button', {name: 'Read', exact: true}).click();
  const said = await page.locator('main').innerText();
  check('a credential is read for a role, task by task and without a score',
    said.includes('Nothing shared') && said.includes('Keeps calm and calls for help') && !said.includes('%'), said);
  const path = new URL(page.url());
  await page.close();
  return {name: 'role-answer', path: `${path.pathname}${path.search}`, open: true};
}
