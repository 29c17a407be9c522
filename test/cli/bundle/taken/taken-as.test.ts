import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { loadedByScript, takenAs } from '../../../../cli/bundle/taken/taken-as.ts'
import { scratch } from '../../../scratch.ts'

async function kinds(files: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  using at = scratch()
  for (const [name, text] of Object.entries(files)) at.file(name, text)
  const found = await Promise.all(
    Object.keys(files).map(async name => [name, (await takenAs(at.path(name))).as] as const),
  )
  return Object.fromEntries(found)
}

const all = (files: Readonly<Record<string, string>>, as: string) =>
  Object.fromEntries(Object.keys(files).map(name => [name, as]))

test('takenAs() takes a default export that is a function as a pod, however it is written', async () => {
  const files = {
    'arrow.mjs': 'export default async (params, bus) => {}',
    'named.mjs': 'export default function main() {}',
    'below.mjs': 'export default main; async function main() {}',
    'list.mjs': 'const main = async () => {}; export { main as default }; export const config = {}',
    'typed.ts': 'import type { Pod } from "p8a"; const pod: Pod = async () => {}; export default pod',
    'sure.ts': 'export default (async () => {}) satisfies unknown',
    'jsx.tsx': 'const a = <p />; export default () => a',
    'whole.cjs': 'module.exports = async params => {}',
    'both.cjs': 'exports = module.exports = main; function main() {}',
    'object.cjs': 'module.exports = { default: async () => {}, config: {} }',
    'assign.cjs': 'module.exports = Object.assign(async () => {}, { config: {} })',
    'compiled.js': '"use strict"; exports.default = void 0; exports.default = async () => {}',
    'swc.js': 'Object.defineProperty(exports, "default", { get: () => main }); async function main() {}',
    'bundled.mjs': 'var require_app = __commonJS({ "app.js"() {} }); export default require_app()',
    'bundled.cjs':
      'module.exports = __toCommonJS(app_exports); var app_default = async () => {}; 0 && (module.exports = { config })',
    'made.mjs': 'import { guarded } from "./guarded.mjs"; export default guarded(async (params, bus) => {})',
    'speaks.mjs': 'import { bot } from "bots"; export default bot({ start: p8a => p8a.log("x") })',
    'tried.mjs': 'export default async () => {}; if (import.meta.main) await main()',
    'again.mjs': 'export { default } from "./arrow.mjs"',
    'text.mjs': 'export default "hello"',
    'fetch.mjs': 'export default { fetch: () => new Response("ok") }',
    'fetch-alone.ts':
      'const app = make(); await app.ready(); export const fetch = (request: Request) => app.answer(request)',
    'fetch-function.mjs': 'log(); export function fetch() {}',
    'fetch-named.mjs': 'const { answer } = make(); export { answer as fetch }',
    'fetch-beside.mjs': 'export const fetch = () => new Response(); export default { port: 3000 }',
    'hono-pod.mjs':
      'const app = new Hono(); app.get("/", f); export const config = { listen: 8080 }; export default app',
    'parts.ts': 'import type { A } from "./a.ts"; export const add = (a: number) => a; export class B {}',
    'wrong.mjs': 'export default (',
    'note.py': 'print(1)',
  }
  assert.equal(await kinds(files), all(files, 'pod'))
})

test('takenAs() takes a program as one, also if it exports its server, its class, or the function that it calls', async () => {
  const files = {
    'none.js': 'require("http").createServer().listen(0)',
    'none.ts': 'const x: number = 1; console.log(x)',
    'app.js': 'const app = require("express")(); app.listen(1); module.exports = app',
    'server.js': 'const server = require("http").createServer(() => {}).listen(1); module.exports = server',
    'members.js': 'exports.app = require("express")(); exports.app.listen(1)',
    'hono.mjs': 'import { Hono } from "hono"; const app = new Hono(); serve(app); export default app',
    'chain.ts': 'import express from "express"; export default express().listen(1)',
    'main.js': 'const app = require("koa")(); if (require.main === module) app.listen(1); module.exports = app',
    'handler.js': 'const h = (a, b) => b.end(); if (!module.parent) listen(h); module.exports = h',
    'request.mjs': 'createServer(handler).listen(1); export default function handler(req, res) {}',
    'class.js': 'class Server {} new Server(); module.exports = Server',
    'object.js': 'async function main() {} main(); module.exports = { main }',
    'called.js': 'async function main() {} main().catch(console.error); module.exports = main',
    'awaited.mjs': 'export default async function main() {} await main()',
    'only.mjs': 'export const handler = () => {}; if (import.meta.url === pathToFileURL(process.argv[1]).href) go()',
    'reads.js': 'const app = require("./app.js"); app.listen(1); module.exports = app',
    'exported.mjs': 'export const server = createServer(() => {}).listen(1)',
    'effect.mjs': 'import "./server.js"; export {}',
    'knex.js': 'module.exports = { client: "pg" }',
    'again.js': 'module.exports = require("./server.js")',
  }
  assert.equal(await kinds(files), all(files, 'program'))
})

test('takenAs() knows a list of programs by what it exports', async () => {
  const files = {
    'prod.config.js': 'module.exports = { apps: [{ script: "app.js" }] }',
    'prod.mjs': 'const apps = []; export default { apps, deploy: {} }',
    'prod.ts': 'const list = { apps: [] }; export default list',
  }
  assert.equal(await kinds(files), all(files, 'list'))
})

test('loadedByScript() names what a script for Node loads, and Node does not have', async () => {
  using at = scratch()
  const head = '#!/usr/bin/env node\n'
  const loaded = async (text: string) => await loadedByScript(at.file('www', text))
  assert.is(await loaded(`${head}const app = require('../app')`), '../app')
  assert.is(await loaded(`${head}import fs from 'node:fs'; import express from 'express'`), 'express')
  assert.is(await loaded(`${head}const fs = require('fs'); try { require('bufferutil') } catch {}`), undefined)
  assert.is(await loaded('#!/bin/sh\nrequire("../app")'), undefined)
  assert.is(await loaded("require('../app')"), undefined)
  assert.is((await takenAs(at.file('bin/www', `${head}require('../app')`))).as, 'program')
})

test.run()
