// Measures the page: bytes over the wire, time to its first rows and frames under a flood with a thousand pods, and what an open
// page costs its host in memory and, with fifty pods, in CPU.
//   node scripts/page-figures.ts [seconds]
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { chromium, type Page } from 'playwright-core'
import { asItIs, TestHost } from '../test/e2e/harness.ts'
import { browserProgram } from '../test/system.ts'

const seconds = Number(process.argv[2] ?? 30)
/** So many that what one takes is more than what varies. */
const manyPages = 200
/** So many that what is kept of each would be seen. */
const manyChanges = 5000
const host = new TestHost(asItIs)
const program = browserProgram()
if (program === undefined) throw new Error('no browser is installed: see test/system.ts')
await host.up()
const env = { HOME: host.dir, TMPDIR: host.dir, PATH: process.env.PATH ?? '' }
const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox', '--disable-gpu'], env })
try {
  await firstLoad()
  await thousand()
  await openPages()
} finally {
  await browser.close()
  await host.dispose()
}

/** All that is sent for the page, with headers, until it is signed in and shows its pods. */
async function firstLoad(): Promise<void> {
  const page = await newPage()
  const session = await page.context().newCDPSession(page)
  let bytes = 0
  await session.send('Network.enable')
  session.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength
  })
  await signIn(page)
  await delay(500)
  tell('over the wire at first load', `${(bytes / 1024).toFixed(1)} KB`)
  await page.close()
}

async function thousand(): Promise<void> {
  await host.push('thousand-host', 'thousand')
  await host.begin('thousand')
  const page = await newPage()
  const url = await link()
  const startMs = performance.now()
  await page.goto(url)
  await page.locator('li.row').nth(10).waitFor()
  tell('first rows of 1,000 pods, from the click on the link', `${Math.round(performance.now() - startMs)} ms`)
  const frames = page.evaluate<{ count: number; late: number; longest: number }>(`new Promise(resolve => {
    const gaps = []
    let last = performance.now()
    const end = last + 5000
    const look = now => {
      gaps.push(now - last)
      last = now
      if (now < end) requestAnimationFrame(look)
      else resolve({ count: gaps.length, late: gaps.filter(gap => gap > 34).length, longest: Math.round(Math.max(...gaps)) })
    }
    requestAnimationFrame(look)
  })`)
  await host.call('thousand', 'changes', 320, 1000 / 60)
  const { count, late, longest } = await frames
  tell('frames in 5 s at 60 changes a second', `${count}, ${late} of them late, the longest ${longest} ms`)
  const before = await heapBytes(page)
  await host.call('thousand', 'changes', manyChanges, 1)
  await delay(15_000)
  const mb = (bytes: number) => (bytes / 1e6).toFixed(1)
  tell(`heap of the page before and after ${manyChanges} changes`, `${mb(before)} and ${mb(await heapBytes(page))} MB`)
  await page.close()
  await host.remove('thousand')
}

/** What the page keeps, without what is garbage. */
async function heapBytes(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  await session.detach()
  return usedSize
}

/** Without a page, and with one; then the memory that many more take. */
async function openPages(): Promise<void> {
  for (let at = 0; at < 50; at++) await host.push('forever', `pod-${at}`)
  for (let at = 0; at < 50; at++) await host.begin(`pod-${at}`)
  await delay(15_000)
  tell(`CPU of the host in ${seconds} s with 50 pods`, `${await cpuMs()} ms`)
  const page = await newPage()
  await signIn(page)
  await delay(15_000)
  tell('the same with an open page', `${await cpuMs()} ms`)
  await page.close()
  await delay(15_000)
  tell('the same after it was closed', `${await cpuMs()} ms`)
  const before = memory()
  const lines = await Promise.all(Array.from({ length: manyPages }, watching))
  await delay(5000)
  tell('memory of the host for each open page', `${Math.round((memory() - before) / manyPages / 1024)} KB`)
  for (const socket of lines) socket.close()
}

/** A connection that does what a page does. */
async function watching(): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${host.port}/ws`)
  const ask = (id: number, method: string, params: object) =>
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))
  await once(socket, 'open')
  ask(1, 'host.auth', { token: host.token })
  await once(socket, 'message')
  ask(2, 'host.watch', { within: true })
  await once(socket, 'message')
  return socket
}

async function newPage(): Promise<Page> {
  return await (await browser.newContext({ viewport: { width: 1300, height: 900 } })).newPage()
}

async function link(): Promise<string> {
  const { code } = await host.ask('host.page.code', {})
  return `http://127.0.0.1:${host.port}/#code=${code}`
}

async function signIn(page: Page): Promise<void> {
  await page.goto(await link())
  await page
    .getByRole('status')
    .filter({ hasText: /^Live$/ })
    .waitFor()
}

/** @returns ms of the host's process in that time */
async function cpuMs(): Promise<number> {
  const before = ticks()
  await delay(seconds * 1000)
  // A tick of the kernel's is 10 ms.
  return (ticks() - before) * 10
}

function ticks(): number {
  const after = readFileSync(`/proc/${host.pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return Number(after[11]) + Number(after[12])
}

function memory(): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${host.pid}/status`, 'utf8'))?.[1]) * 1024
}

function tell(what: string, value: string): void {
  process.stdout.write(`${what.padEnd(56)} ${value}\n`)
}
