import { once } from 'node:events'
import { mkdirSync, realpathSync, symlinkSync } from 'node:fs'
import { request as ask, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { respond } from '../../../pods/serve/respond.ts'
import { scratch } from '../../scratch.ts'

type Got = { status: number | undefined; body: string; headers: Record<string, unknown> }

/** Serves a folder with a secret beside it, and asks for paths as they are. */
async function serving(work: (get: (path: string, more?: object) => Promise<Got>) => Promise<void>, isSpa = false) {
  using at = scratch()
  at.file('site/index.html', '<h1>home</h1>')
  at.file('site/404.html', '<h1>none</h1>')
  at.file('site/about.html', 'about')
  at.file('site/docs/index.html', 'docs')
  at.file('site/a b.txt', '0123456789')
  at.file('site/.env', 'secret')
  at.file('site-secret/key', 'secret')
  mkdirSync(at.path('site/empty'))
  symlinkSync(at.path('site-secret'), at.path('site/out'))
  symlinkSync(at.path('site-secret/key'), at.path('site/key.html'))
  symlinkSync('about.html', at.path('site/in.html'))
  const root = realpathSync(at.path('site'))
  const server = createServer((request, response) => void respond({ request, response }, { root, isSpa }))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  try {
    await work(async (path, more = {}) => {
      const asked = ask({ port, path, agent: false, ...more }).end()
      const [response] = await once(asked, 'response')
      return { status: response.statusCode, body: await text(response), headers: response.headers }
    })
  } finally {
    server.close()
    server.closeAllConnections()
  }
}

const html = { headers: { accept: 'text/html' } }

test('respond() sends files with their types, indexes of folders, and pages without their ending', async () => {
  await serving(async get => {
    const home = await get('/')
    assert.equal(
      [home.status, home.body, home.headers['content-type']],
      [200, '<h1>home</h1>', 'text/html; charset=utf-8'],
    )
    assert.is((await get('/about')).body, 'about')
    assert.is((await get('/docs/')).body, 'docs')
    assert.is((await get('/docs')).status, 301)
    assert.is((await get('/a%20b.txt?v=1')).body, '0123456789')
    assert.is((await get('/in')).body, 'about', 'a link within the folder')
    const head = await get('/a%20b.txt', { method: 'HEAD' })
    assert.equal([head.status, head.body, head.headers['content-length']], [200, '', '10'])
  })
})

test('respond() sends a part, and nothing that has not changed', async () => {
  await serving(async get => {
    const part = async (range: string) => await get('/a%20b.txt', { headers: { range } })
    assert.equal([(await part('bytes=2-4')).status, (await part('bytes=2-4')).body], [206, '234'])
    assert.is((await part('bytes=-3')).body, '789')
    assert.is((await part('bytes=50-')).status, 416)
    const { headers } = await get('/about')
    assert.is((await get('/about', { headers: { 'if-none-match': headers.etag } })).status, 304)
  })
})

test('respond() sends nothing from outside of the folder, no hidden file, and takes no other method', async () => {
  await serving(async get => {
    const paths = [
      '/../site-secret/key',
      '/%2e%2e/site-secret/key',
      '/..%2fsite-secret/key',
      '/out/key',
      '/out/',
      '/key',
      '/key.html',
      '/.env',
      '/empty/',
      '/none',
    ]
    for (const path of paths) {
      const { status, body } = await get(path)
      assert.is(status, 404, path)
      assert.not.match(body, 'secret')
    }
    for (const path of ['/%', '/%00', 'http:']) assert.is((await get(path)).status, 400, path)
    const { status, headers } = await get('/', { method: 'POST' })
    assert.equal([status, headers.allow], [405, 'GET, HEAD'])
  })
})

test('respond() has the page 404.html for browsers, or the index where a program in it knows all pages', async () => {
  await serving(async get => {
    const { status, body } = await get('/none', html)
    assert.equal([status, body], [404, '<h1>none</h1>'])
  })
  await serving(async get => {
    const { status, body } = await get('/users/7', html)
    assert.equal([status, body], [200, '<h1>home</h1>'])
    assert.is((await get('/none.js')).status, 404)
  }, true)
})

test.run()
