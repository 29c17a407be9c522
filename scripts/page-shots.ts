// Takes the pictures of docs/PAGE.md from a host with pods of a small shop: npm run page-shots.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BrowserContextOptions, chromium } from 'playwright-core'
import { asItIs, TestHost } from '../test/e2e/harness.ts'
import { browserProgram } from '../test/system.ts'
import { until } from '../test/until.ts'

const folder = fileURLToPath(new URL('../docs/page', import.meta.url))
const host = new TestHost(asItIs)
const program = browserProgram()
if (program === undefined) throw new Error('no browser is installed: see test/system.ts')
mkdirSync(folder, { recursive: true })
await host.up()
const env = { HOME: host.dir, TMPDIR: host.dir, PATH: process.env.PATH ?? '' }
const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox', '--disable-gpu'], env })
try {
  await fill()
  const wide = { viewport: { width: 1280, height: 720 } }
  await shot('why', '#/pods/billing', { ...wide, colorScheme: 'light' })
  await shot('versions', '#/pods/api/versions', { ...wide, colorScheme: 'dark' }, 'What changes')
  await shot('phone', '#/pods', { viewport: { width: 390, height: 760 }, colorScheme: 'light', deviceScaleFactor: 2 })
} finally {
  await browser.close()
  await host.dispose()
}

/** Pods that are well, one that is down, one that waits, one that has a newer version. */
async function fill(): Promise<void> {
  const well = (word: string) =>
    `export default async () => { setInterval(() => console.log('${word} at', new Date().toISOString()), 500) }\n`
  const broken = `export default async () => {
  console.log('connecting to postgres at db.internal:5432')
  console.error('connect ECONNREFUSED db.internal:5432')
  process.exit(1)
}\n`
  for (const name of ['api', 'web', 'mailer', 'search']) await push(name, well('a request'))
  for (const name of ['api', 'web', 'mailer', 'search']) await host.begin(name)
  await host.ask('pod.scale', { name: 'web', scale: 3 })
  await push('billing', broken)
  await host.ask('pod.start', { name: 'billing', wait: false })
  await push('importer', 'export default async () => await new Promise(() => setInterval(() => {}, 1e6))\n')
  await push('report', well('a report'))
  await push('api', well('an order'), 'orders instead of requests')
  await host.ask('pod.reload', { name: 'api' })
  await until(async () => (await host.status('billing')).status === 'error', 'it is in trouble')
}

async function push(name: string, code: string, message?: string): Promise<void> {
  await host.ask('pod.push', { name, code, file: `${name}.js`, ...(message === undefined ? {} : { message }) })
}

async function shot(name: string, place: string, options: BrowserContextOptions, click?: string): Promise<void> {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  const { code } = await host.ask('host.page.code', {})
  const home = `http://127.0.0.1:${host.port}/`
  await page.goto(`${home}#code=${code}`)
  await page.locator('li.row').nth(5).waitFor()
  await page.goto(`${home}${place}`)
  if (click !== undefined) await page.getByRole('button', { name: click }).click()
  await page.locator('[aria-busy]').waitFor({ state: 'detached' })
  await page.waitForFunction('document.querySelectorAll(".why-box .line, .patch span, li.row").length > 5')
  await page.screenshot({ path: join(folder, `${name}.png`) })
  await context.close()
}
