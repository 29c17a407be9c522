// The page for people in a real browser, against a real host. Not here: what follows from what is known (test/page), and the
// files and doors by themselves (test/daemon/server/http).

import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Role } from '../../protocol/roles.ts'
import { needs } from '../needs.ts'
import { root } from '../paths.ts'
import { browserProgram } from '../system.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const test = suite('page')
const inBrowser = needs(test, 'a browser')
const host = new TestHost()
const axe = readFileSync(join(root, 'node_modules/axe-core/axe.min.js'), 'utf8')
const opened: Page[] = []
/** What a page asked of anybody else, what broke in it, and what its policy refused. */
const troubles: string[] = []
/** A page that is loaded anew would otherwise begin another frame, and wait with what it paints: a fifth of what each load takes. */
const notForEachLoad = '--disable-features=PaintHolding,RenderDocument'
let browser: Browser | undefined
/** The tab of most tests: another one is another process, which reads the page's code anew. */
let common: Page | undefined
/** How long anything may take: a machine may have much else to do. */
const waitMs = 60_000

test.before(async () => {
  const program = browserProgram()
  if (program === undefined) return
  const args = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', notForEachLoad]
  const env = { HOME: host.dir, TMPDIR: host.dir, PATH: process.env.PATH ?? '' }
  browser = await chromium.launch({ executablePath: program, args, env, timeout: waitMs })
  mkdirSync(host.data, { recursive: true, mode: 0o700 })
  writeFileSync(join(host.data, 'host.json'), JSON.stringify({ v: 1, id: 'seen', settings: { usageInterval: 500 } }))
  await host.up()
  for (const name of ['forever', 'writer']) await host.push(name)
  await host.push('crash-at-start', 'broken')
  await host.begin('forever')
  await host.ask('pod.start', { name: 'broken', wait: false })
})
test.after(async () => {
  await browser?.close()
  await host.dispose()
})
test.after.each(async () => {
  await Promise.all([common?.goto(blank()), ...opened.splice(0).map(page => page.context().close())])
  assert.equal(troubles.splice(0), [])
})

/** A tab of the test's own, that is not signed in. */
async function tab(options: BrowserContextOptions = {}): Promise<Page> {
  const page = await newTab(options)
  opened.push(page)
  return page
}

async function newTab(options: BrowserContextOptions = {}): Promise<Page> {
  // Each frame of a motion is painted.
  const still = { viewport: { width: 1300, height: 900 }, reducedMotion: 'reduce' } as const
  const context = await (browser as Browser).newContext({ ...still, ...options })
  context.setDefaultTimeout(waitMs)
  const page = await context.newPage()
  page.on('pageerror', error => troubles.push(String(error)))
  page.on('console', message => {
    // That a host is gone is told by the browser too.
    if (message.type() === 'error' && !/ERR_CONNECTION|WebSocket|401|403/.test(message.text()))
      troubles.push(message.text())
  })
  page.on('request', request => {
    if (new URL(request.url()).host !== `127.0.0.1:${host.port}`) troubles.push(request.url())
  })
  return page
}

/** Of the same origin: for a page of any other one, and for the next of this one, the browser begins a process. */
const blank = () => `${home()}page/licenses.txt`
const home = () => `http://127.0.0.1:${host.port}/`
/** As `pod page` prints it. */
const link = async (role?: Role) => `${home()}#code=${(await host.ask('host.page.code', role ? { role } : {})).code}`

/** A tab that is signed in, at a place of the page: the common one, or one of the test's own. */
async function signedIn(place = '', own?: { options?: BrowserContextOptions; role?: Role }): Promise<Page> {
  const isNew = own !== undefined || common === undefined
  if (!own) common ??= await newTab()
  const page = own ? await tab(own.options) : (common as Page)
  await page.goto(isNew ? await link(own?.role) : `${home()}${place}`)
  await page
    .getByRole('status')
    .filter({ hasText: /^(Live|En direct|На связи)$/ })
    .waitFor()
  if (isNew && place !== '') await page.goto(`${home()}${place}`)
  return page
}

const rowOf = (page: Page, name: string) =>
  page.locator('li.row').filter({ has: page.locator('b', { hasText: new RegExp(`^${name}$`) }) })
const stateOf = (page: Page, name: string, state: string) =>
  rowOf(page, name).locator('.state', { hasText: state }).waitFor()
const tidy = (texts: string[]) => texts.map(text => text.trim())
const press = async (page: Page, name: string) => await page.getByRole('button', { name, exact: true }).click()
const answer = async (page: Page, name: string) => await page.locator('dialog').getByRole('button', { name }).click()

inBrowser('a link signs in once, leaves no code behind, and the list lives', async () => {
  const url = (await host.ok('page', '--no-open')).trim()
  const page = await tab()
  await page.goto(url)
  await stateOf(page, 'forever', 'up')
  assert.not.match(page.url(), 'code=')
  await page.goBack()
  await page.goForward()
  assert.not.match(page.url(), 'code=')
  const other = await tab()
  await other.goto(url)
  await other.getByRole('alert').filter({ hasText: 'used already' }).waitFor()
  // A second tab, by a link of its own, lives beside the first.
  await other.goto(await link())
  await stateOf(other, 'forever', 'up')
  await host.push('forever', 'newcomer')
  for (const each of [page, other]) await stateOf(each, 'newcomer', 'idle')
  await host.remove('newcomer')
  for (const each of [page, other]) await rowOf(each, 'newcomer').waitFor({ state: 'detached' })
})

inBrowser('a pod that is down says why, with its last lines, and is restarted and stopped from there', async () => {
  const page = await signedIn()
  await stateOf(page, 'broken', 'error')
  assert.is(await page.locator('li.row b').first().textContent(), 'broken')
  await rowOf(page, 'broken').locator('a').click()
  const why = page.locator('.why-box')
  await why.getByRole('heading', { name: 'Why it is down' }).waitFor()
  await why.getByText('next try').waitFor()
  await why.locator('.line').first().waitFor()
  await page.goto(`${home()}#/pods/forever`)
  const { pid } = (await host.status('forever')).runs[0] ?? {}
  await page.locator('.pod .acts').getByRole('button', { name: 'Restart' }).click()
  // A question that is answered with no changes nothing.
  await answer(page, 'Cancel')
  assert.is((await host.status('forever')).runs[0]?.pid, pid)
  await page.locator('.pod .acts').getByRole('button', { name: 'Restart' }).click()
  await answer(page, 'Restart')
  await until(async () => (await host.status('forever')).runs[0]?.pid !== pid, 'it was restarted')
  await page.locator('.pod .acts').getByRole('button', { name: 'Stop' }).click()
  await answer(page, 'Stop')
  await stateOf(page, 'forever', 'idle')
  await page.locator('.pod .acts').getByRole('button', { name: 'Start' }).click()
  await stateOf(page, 'forever', 'up')
  await page.locator('.pod .acts').getByRole('button', { name: 'Scale' }).click()
  await page.locator('dialog input').fill('2')
  await answer(page, 'Scale')
  await until(async () => (await host.status('forever')).up === 2, 'there are two')
  await host.ask('pod.scale', { name: 'forever', scale: 1 })
})

inBrowser('charts show what a pod used, and by how much its event loop was late', async () => {
  await until(async () => {
    const { points } = await host.ask('pod.usage', { name: 'forever' })
    return points.some(({ lagMs }) => lagMs !== undefined)
  }, 'it is measured')
  const page = await signedIn('#/pods/forever')
  const charts = page.getByRole('region', { name: 'The last hours' })
  for (const title of ['cpu, of one core', 'memory', 'event loop late by (p99)'])
    await charts
      .getByRole('img', { name: `${title}: ` })
      .locator('canvas')
      .waitFor()
  // There is no gateway.
  assert.is(await charts.getByText('requests a second').count(), 0)
})

inBrowser('a pod with ports is put to sleep and woken, and a script is run', async () => {
  await host.ask('pod.push', {
    name: 'site',
    code: "export const config = { listen: 'auto' }\nexport const fetch = () => new Response('hello')\n",
  })
  await host.begin('site')
  const page = await signedIn('#/pods/site')
  const acts = page.locator('.pod .acts')
  await acts.getByRole('button', { name: 'Put to sleep' }).click()
  await answer(page, 'Put to sleep')
  await stateOf(page, 'site', 'asleep')
  await acts.getByRole('button', { name: 'Wake' }).click()
  await stateOf(page, 'site', 'up')
  await host.remove('site')
  await host.ask('pod.push', {
    name: 'sums',
    code: 'export const add = (a, b) => a + b\nexport default async () => {}\n',
  })
  await host.begin('sums')
  await page.goto(`${home()}#/pods/sums`)
  await page.getByText('Call a function').click()
  await page.getByLabel('Arguments, as a JSON list').fill('[20, 4]')
  await press(page, 'Call')
  await page.getByText('sums.1 answered').waitFor()
  assert.is(await page.locator('details pre').textContent(), '24')
  await host.remove('sums')
  await host.ask('pod.push', { name: 'job', code: '#!/bin/sh\necho did it\n' })
  await page.goto(`${home()}#/pods/job/runs`)
  await acts.getByRole('button', { name: 'Start' }).click()
  await page.getByText('job.1 has begun').waitFor()
  await page.getByRole('button', { name: 'job.1' }).click()
  await page.locator('.log .text').filter({ hasText: 'did it' }).waitFor()
  await host.remove('job')
})

inBrowser('a log follows, is searched by the host, and what a pod writes is text', async () => {
  const code = `export const say = text => { for (const line of text.split('\\n')) console.log(line) }
export default async () => { console.log('the needle of long ago'); for (let at = 0; at < 3000; at++) console.log('hay', at) }`
  await host.ask('pod.push', { name: 'talk', code })
  await host.begin('talk')
  const page = await signedIn('#/pods/talk/log')
  const text = page.locator('.log .text')
  await text.filter({ hasText: 'hay 2999' }).waitFor()
  assert.is(await text.filter({ hasText: 'needle' }).count(), 0)
  await host.call('talk', 'say', '<img src=x onerror="document.title=1"> \u001b[31mred')
  await text.filter({ hasText: '<img src=x onerror="document.title=1"> red' }).waitFor()
  assert.match(await page.title(), 'p8a')
  await page.getByRole('searchbox', { name: 'Search the whole log' }).fill('NEEDLE of')
  await page.locator('mark', { hasText: 'needle of' }).waitFor()
  await host.call('talk', 'say', 'hay\nanother needle of today')
  await text.filter({ hasText: 'another needle of today' }).waitFor()
  assert.is(await text.count(), 2)
  await host.remove('talk')
})

inBrowser('what a deploy changed is shown, and one click goes back', async () => {
  const code = (word: string) => `export default async () => console.log('${word}')\n`
  await host.ask('pod.push', { name: 'two', code: code('old') })
  await host.begin('two')
  await host.ask('pod.push', { name: 'two', code: code('new'), message: 'says new' })
  await host.ask('pod.reload', { name: 'two' })
  const page = await signedIn('#/pods/two/versions')
  await page.getByText('says new').waitFor()
  await page.getByRole('button', { name: 'What changes' }).click()
  await page.locator('.patch .plus', { hasText: 'old' }).waitFor()
  await page.locator('.version').getByRole('button', { name: 'Go back' }).click()
  await answer(page, 'Go back')
  await page.locator('.version.is-wanted', { hasText: 'v1' }).waitFor()
  assert.is((await host.status('two')).version, 1)
  await host.remove('two')
})

inBrowser('whoever may only look is offered nothing more, and access is for those who may everything', async () => {
  const page = await signedIn('#/pods/forever', { role: 'read' })
  await page.getByText('may look').waitFor()
  await page.locator('.pod h2').waitFor()
  assert.is(await page.locator('.acts button').count(), 0)
  assert.is(await page.getByRole('link', { name: 'Access' }).count(), 0)
  const admin = await signedIn('#/access')
  await admin
    .getByRole('button', { name: /^End token local\/page-/ })
    .first()
    .waitFor()
  await admin.getByRole('cell', { name: 'pod.rollback' }).first().waitFor()
})

inBrowser('events are told as they come, of all pods or of one, and are found by type and text', async () => {
  const page = await signedIn('#/events')
  const cell = (text: string) => page.getByRole('cell', { name: text, exact: true })
  await cell('gave-up').first().waitFor()
  await host.push('forever', 'seen')
  await host.begin('seen')
  await page.getByRole('row', { name: /seen ready run seen\.1$/ }).waitFor()
  await page.getByLabel('Type').selectOption('gave-up')
  await cell('ready').first().waitFor({ state: 'detached' })
  await page.getByRole('link', { name: 'broken' }).first().click()
  await page.locator('.pod').getByRole('link', { name: 'Events' }).click()
  await page
    .locator('.pod')
    .getByRole('row', { name: /gave-up/ })
    .waitFor()
  await page.goto(`${home()}#/pods/seen/events`)
  const told = page.locator('.pod tbody tr')
  // What stands there is of the other pod for a moment, and so is the box that finds.
  await told.filter({ hasText: 'run seen.1' }).first().waitFor()
  await page.locator('.pod').getByPlaceholder('Find in the events').fill('scaled')
  await told.first().waitFor({ state: 'detached' })
  await host.ask('pod.scale', { name: 'seen', scale: 2 })
  await told.filter({ hasText: 'from 1, to 2' }).waitFor()
  assert.is(await told.count(), 1)
  await host.remove('seen')
})

inBrowser(
  'queues say how many runs they have and why; what was given up is tried again or dropped; a reader may only look',
  async () => {
    const code = `import { existsSync } from 'node:fs'
export const config = { kind: 'worker', itemRetries: 0 }
export const mend = at => { if (!existsSync(at)) throw new Error('the mail server is away') }
export default () => {}
`
    await host.ask('pod.push', { name: 'mail', code })
    await host.ask('pod.start', { name: 'mail' })
    const mended = join(host.dir, 'mended')
    for (const id of ['one', 'two'])
      await host.ask('queue.add', { name: 'mail', fn: 'mend', args: [mended], id, retries: 0 })
    const stateOfItem = async (id: string) => (await host.ask('queue.item', { name: 'mail', id })).state
    for (const id of ['one', 'two']) await until(async () => (await stateOfItem(id)) === 'dead', `${id} is given up`)
    const reader = await signedIn('#/queues', { role: 'read' })
    const open = async (page: Page) => await page.getByRole('button', { name: '2 given up of mail' }).click()
    await open(reader)
    await reader.getByRole('row', { name: /one mend.*the mail server is away/ }).waitFor()
    assert.is(await reader.getByRole('button', { name: /Retry|Drop|Pause/ }).count(), 0)
    const page = await signedIn('#/queues')
    await open(page)
    await checked(page, 'queues')
    await press(page, 'Pause mail')
    await page.getByText('The queue of mail is paused').waitFor()
    await press(page, 'Resume mail')
    await page.getByText('The queue of mail goes on').waitFor()
    writeFileSync(mended, '')
    await press(page, 'Retry one')
    await until(async () => (await stateOfItem('one')) === 'done', 'it is done now')
    await press(page, 'Drop all that were given up')
    await answer(page, 'Drop')
    await page.getByText('1 item of mail is gone').waitFor()
    await page.getByText('No item of mail was given up.').waitFor()
    for (const name of ['mail', 'queue']) await host.remove(name)
  },
)

inBrowser('a fleet: its hosts, why a pod of it is down, what it says, and the queues of its workers', async () => {
  const path = 'fleet'
  await host.ok('push', 'local', 'fleet', 'p8a:fleet')
  await host.ok('start', 'local', 'fleet')
  await host.ok('fleet', 'init', '--name', 'one', '--tag', 'disk')
  const code = `export const config = { kind: 'worker' }
export const send = () => { throw new Error('no post today') }
export default () => {}
`
  await host.ask('pod.push', { name: 'mail', code, path })
  await host.ask('pod.start', { name: 'mail', path })
  await host.ask('queue.add', { name: 'mail', fn: 'send', args: [], id: 'late', retries: 0, path })
  await host.ask('pod.push', {
    ...{ name: 'sorry', path },
    code: "export default () => { console.log('no luck'); process.exit(3) }\n",
  })
  await host.ask('pod.start', { name: 'sorry', path, wait: false })
  const page = await signedIn('#/pods/fleet.sorry')
  await page.getByRole('heading', { name: 'Why it is down' }).waitFor()
  await page.locator('.why-box').getByText('one.sorry.').first().waitFor()
  await page.locator('.why-box .line').filter({ hasText: 'no luck' }).first().waitFor()
  // It waits for a host, and says so where it is open too.
  await host.ask('pod.stop', { name: 'sorry', path })
  await host.ask('pod.start', { name: 'sorry', path, wait: false, config: { on: { tag: 'gpu' } } })
  await page.locator('.said', { hasText: 'no host has the tag "gpu"' }).waitFor()
  await page.goto(`${home()}#/hosts`)
  await page.getByRole('row', { name: /^one this one active disk/ }).waitFor()
  await page.goto(`${home()}#/queues`)
  await page.getByRole('button', { name: '1 given up of fleet.one.mail' }).click()
  await press(page, 'Drop one.late')
  await answer(page, 'Drop')
  await page.getByText('No item of fleet.one.mail was given up.').waitFor()
  // What is here of a pod of the fleet shows the way to it; there it is stopped, and what it uses is known.
  await host.ask('pod.push', { name: 'web', path, code: 'export default () => void setInterval(() => {}, 1000)\n' })
  await host.ask('pod.start', { name: 'web', path })
  await page.goto(`${home()}#/pods/fleet.one.web`)
  await page.getByRole('region', { name: 'About fleet.one.web' }).getByRole('button', { name: 'Restart' }).waitFor()
  assert.equal(await page.locator('section.pod .acts button').allTextContents().then(tidy), ['Restart'])
  await page.locator('section.pod').getByRole('link', { name: 'fleet.web' }).click()
  await page.getByRole('heading', { name: 'fleet.web' }).waitFor()
  await page.locator('li.row.is-open .memory', { hasText: 'MB' }).waitFor({ state: 'attached' })
  await press(page, 'Stop')
  await answer(page, 'Stop')
  await page.locator('li.row.is-open.idle').waitFor()
  for (const name of ['sorry', 'mail', 'web']) await host.ask('pod.remove', { name, path, force: true })
  await host.ok('fleet', 'leave')
  await host.remove('fleet')
})

inBrowser(
  'a link that is opened just as its host begins anew, as another version too, lets in once that answers',
  async () => {
    const page = await tab()
    const { promise: isBack, resolve: goOn } = Promise.withResolvers<void>()
    let asked = 0
    await page.route(home(), async route => {
      const response = await route.fetch()
      const body = (await response.text()).replace(/main-\w{8}\.js/, 'main-OLDHASH7.js')
      await route.fulfill({ response, body })
      await page.unroute(home())
    })
    await page.route(`${home()}rpc`, async route => {
      if (asked++ === 0) return await route.abort('connectionrefused')
      await isBack
      await route.continue()
    })
    await page.goto(await link())
    await page.getByRole('status').filter({ hasText: 'The host does not answer' }).waitFor()
    goOn()
    await stateOf(page, 'forever', 'up')
  },
)

inBrowser('a host that is killed is said to be gone, and the page goes on by itself once it is back', async () => {
  const page = await signedIn()
  await stateOf(page, 'forever', 'up')
  await host.killHost()
  await page.getByRole('alert').filter({ hasText: 'The host does not answer since' }).waitFor()
  await stateOf(page, 'forever', 'up')
  await host.up()
  await page
    .getByRole('status')
    .filter({ hasText: /^Live$/ })
    .waitFor()
  await host.stop('forever')
  await stateOf(page, 'forever', 'idle')
  await host.begin('forever')
  await stateOf(page, 'forever', 'up')
})

inBrowser('a token that ends under a page is said to have ended, and another one can be pasted', async () => {
  const page = await signedIn('', {})
  const { tokens } = await host.ask('host.token.list', {})
  const last = tokens
    .filter(({ name }) => name.startsWith('local/'))
    .sort((a, b) => ((a.createdAt ?? '') < (b.createdAt ?? '') ? 1 : -1))[0]
  await host.ask('host.token.remove', { name: last?.name ?? '' })
  await page.getByRole('alert').filter({ hasText: 'does not let this page in' }).waitFor()
  await page.getByLabel('Token').fill(host.token)
  await press(page, 'Sign in')
  await stateOf(page, 'forever', 'up')
  // Signing out forgets it for good.
  await press(page, 'Sign out')
  await page.getByRole('heading', { name: 'Sign in to this host' }).waitFor()
  await page.reload()
  await page.getByRole('heading', { name: 'Sign in to this host' }).waitFor()
})

inBrowser('a thousand pods have few rows in the document, and a flood of changes ends at what is so', async () => {
  await host.push('thousand-host', 'thousand')
  await host.begin('thousand')
  const page = await signedIn()
  await page.locator('li.row[aria-setsize]').nth(20).waitFor()
  await until(
    async () => Number(await page.locator('li.row').first().getAttribute('aria-setsize')) > 1000,
    'all are known',
  )
  assert.ok((await page.locator('li.row').count()) < 100)
  await page.getByRole('searchbox').fill('pod-0123')
  await host.call('thousand', 'changes', 300, 2)
  await rowOf(page, 'pod-0123').getByText('123 restarts').waitFor()
  await page.getByRole('searchbox').fill('pod-0300')
  await rowOf(page, 'pod-0300').getByText('300 restarts').waitFor()
  await host.remove('thousand')
})

inBrowser('keys reach everything: the filter, the rows, a pod and the way back', async () => {
  const page = await signedIn()
  await stateOf(page, 'forever', 'up')
  await stateOf(page, 'broken', 'error')
  await page.keyboard.press('/')
  await page.keyboard.type('e')
  assert.is(await page.getByRole('searchbox').inputValue(), 'e')
  await page.locator('li.row a').first().focus()
  const focused = async () => await page.locator('li.row a:focus b').textContent()
  const first = await focused()
  await page.keyboard.press('ArrowDown')
  assert.is.not(await focused(), first)
  await rowOf(page, 'forever').locator('a.open').focus()
  // A row keeps the focus where it moves up or down in the list.
  for (const [act, state] of [
    ['pod.stop', 'idle'],
    ['pod.start', 'up'],
  ] as const) {
    await host.ask(act, { name: 'forever' })
    await stateOf(page, 'forever', state)
    assert.is(await focused(), 'forever')
  }
  await page.keyboard.press('Enter')
  await page.locator('.pod h2').waitFor()
  await page.keyboard.press('Escape')
  await page.locator('.pod').waitFor({ state: 'detached' })
})

const places = {
  light: [
    'pods',
    'pods/broken',
    'pods/forever/log',
    'pods/forever/versions',
    'pods/broken/runs',
    'pods/broken/events',
    'events',
    'queues',
    'runs',
    'logs',
    'routes',
    'hosts',
    'access',
  ],
  // The same, in other colors.
  dark: ['pods/broken', 'pods/forever/log'],
}

inBrowser('axe finds nothing, in any view, light and dark, and a phone scrolls no page sideways', async () => {
  const routed = "export const config = { listen: 'auto', route: '/' }\nexport const fetch = () => new Response('')\n"
  await host.ask('pod.push', { name: 'routed', code: routed })
  await host.begin('routed')
  for (const colorScheme of ['light', 'dark'] as const) {
    const page = await signedIn('', {
      options: { colorScheme, viewport: { width: 390, height: 844 } },
    })
    for (const place of places[colorScheme]) {
      await page.goto(`${home()}#/${place}`)
      await page.locator('[aria-busy]').waitFor({ state: 'detached' })
      await checked(page, `${colorScheme} ${place}`)
    }
    await page.goto(`${home()}#/pods/forever`)
    await page.locator('.pod .acts').getByRole('button', { name: 'Remove' }).click()
    await checked(page, `${colorScheme} question`)
    await answer(page, 'Cancel')
    await press(page, 'Sign out')
    await page.getByLabel('Token').waitFor()
    await checked(page, `${colorScheme} sign in`)
  }
  await host.remove('routed')
})

async function checked(page: Page, where: string): Promise<void> {
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(axe)
  const found = await page.evaluate<string[]>(
    'axe.run({ resultTypes: ["violations"] }).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => [id, target, failureSummary].join(" "))))',
  )
  assert.equal(found, [], where)
  const wide = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
  assert.ok(wide <= 0, `${where} is ${wide} pixels too wide`)
}

inBrowser('the page speaks the language of its reader', async () => {
  const page = await signedIn('', { options: { locale: 'ru-RU' } })
  await stateOf(page, 'forever', 'работает')
  await page.getByLabel('Язык').selectOption('fr')
  await stateOf(page, 'forever', 'en marche')
  assert.is(await page.locator('html').getAttribute('lang'), 'fr')
})

const titled = async (page: Page, words: string) =>
  await until(async () => (await page.title()).includes(words), `the title has ${words}`)

inBrowser(
  'a question goes with what it was about when somebody goes back, and each place has a title of its own',
  async () => {
    const page = await signedIn('#/events')
    await titled(page, 'Events · ')
    await page.goto(`${home()}#/pods/forever`)
    await titled(page, 'forever · ')
    await page.locator('.pod .acts').getByRole('button', { name: 'Restart' }).click()
    await page.locator('dialog[open]').waitFor()
    await page.goBack()
    await page.locator('dialog').waitFor({ state: 'detached' })
    await titled(page, 'Events · ')
  },
)

inBrowser(
  'at a zoom of 400 % what is open has the whole height, in each language, and on paper nothing is cut',
  async () => {
    const page = await signedIn('', { options: { viewport: { width: 320, height: 256 } } })
    await rowOf(page, 'forever').waitFor()
    const tall = (selector: string) =>
      page.locator(selector).evaluate(element => element.getBoundingClientRect().height)
    assert.ok((await tall('.rows')) > 100, 'rows can be seen')
    await page.goto(`${home()}#/pods/forever/log`)
    await page.locator('.log').waitFor()
    assert.ok((await tall('.log')) > 200, 'lines can be seen')
    for (const language of ['en', 'fr', 'ru']) {
      await page.locator('.choices select').first().selectOption(language)
      await page.locator(`html[lang=${language}]`).waitFor()
      await page.goto(`${home()}#/pods/forever`)
      await page.locator('.pod .tabs').waitFor()
      const buttons = await page.locator('.pod .tabs a, .pod .acts button').all()
      const boxes = await Promise.all(buttons.map(async each => await each.boundingBox()))
      const cut = boxes.filter(box => box && box.x + box.width > 320)
      assert.equal(cut, [], language)
      await page.setViewportSize({ width: 1300, height: 900 })
      const wide = await page.evaluate<string[]>(
        `[...document.querySelectorAll('.row .state')].filter(state => state.getBoundingClientRect().right >
        state.parentElement.querySelector('.name').getBoundingClientRect().left).map(state => state.textContent)`,
      )
      assert.equal(wide, [], `${language}: no state reaches into the names`)
      await page.setViewportSize({ width: 320, height: 256 })
    }
    await page.emulateMedia({ media: 'print' })
    const hidden = await page.locator('.pod').evaluate(pod => pod.scrollHeight - pod.clientHeight)
    assert.ok(hidden <= 1, `${hidden} pixels are cut`)
    assert.is(await page.locator('button:visible').count(), 0)
  },
)

inBrowser('a browser without script is told what to do', async () => {
  const page = await tab({ javaScriptEnabled: false })
  await page.goto(home())
  await page.getByRole('heading', { name: 'This page needs JavaScript' }).waitFor()
})

inBrowser('a web page of a stranger can neither ask the host, nor frame its page', async () => {
  const attack = `<!doctype html><iframe src="${home()}"></iframe><script>
const tell = (name, what) => { document.title += name + ':' + what + ',' }
fetch('${home()}rpc', { method: 'POST', mode: 'no-cors', headers: { 'content-type': 'text/plain' }, body: '{}' }).then(() => tell('post', 'sent'), () => tell('post', 'refused'))
fetch('${home()}rpc', { method: 'POST', headers: { authorization: 'Bearer x', 'content-type': 'application/json' }, body: '{}' }).then(() => tell('json', 'read'), () => tell('json', 'refused'))
const socket = new WebSocket('${home().replace('http', 'ws')}ws')
socket.onopen = () => tell('socket', 'open')
socket.onerror = () => tell('socket', 'refused')
</script>`
  const server: Server = createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end(attack),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const page = await tab()
    await page.goto(`http://localhost:${(server.address() as AddressInfo).port}/`)
    await until(async () => (await page.title()).split(',').length === 4, 'all three are tried')
    assert.match(await page.title(), 'json:refused')
    assert.match(await page.title(), 'socket:refused')
    const framed = page.frames().find(frame => frame !== page.mainFrame())
    assert.is(await framed?.locator('#app').count(), 0)
  } finally {
    troubles.length = 0
    server.closeAllConnections()
    server.close()
  }
})

test.run()
