// Servers of npm packages, as their first pages show them.
import type { Program } from './program.ts'

const start = { scripts: { start: 'node server.js' } }
const module = { type: 'module', ...start }
const byEntry = ['server.js']

export const servers: readonly Program[] = [
  {
    name: 'express',
    packages: ['express', 'ejs', 'compression'],
    manifest: start,
    files: {
      'server.js': `const express = require('express'); const path = require('path')
const app = express(); app.use(require('compression')()); app.set('view engine', 'ejs'); app.set('views', path.join(__dirname, 'views'))
app.get('/', (req, res) => res.render('home', { name: 'express' })); app.listen(process.env.PORT); module.exports = app`,
      'views/home.ejs': '<h1>hello <%= name %></h1>',
    },
    answers: { with: 'hello express' },
    pm2: byEntry,
  },
  {
    name: 'hapi',
    packages: ['@hapi/hapi', '@hapi/inert'],
    manifest: { main: 'index.js' },
    files: {
      'index.js': `const Hapi = require('@hapi/hapi')
const init = async () => { const server = Hapi.server({ port: process.env.PORT, host: 'localhost' })
  await server.register(require('@hapi/inert')); server.route({ method: 'GET', path: '/{p*}', handler: { directory: { path: 'public' } } }); await server.start()
  process.on('SIGTERM', async () => { await server.stop({ timeout: 1000 }); console.log('hapi closed'); process.exit(0) }) }
process.on('unhandledRejection', err => { console.log(err); process.exit(1) }); init()`,
      'public/index.html': 'hello hapi',
    },
    answers: { with: 'hello hapi' },
    logs: 'hapi closed',
    pm2: ['index.js'],
  },
  {
    name: 'hono',
    packages: ['hono', '@hono/node-server'],
    devPackages: ['typescript', '@types/node'],
    manifest: { type: 'module', scripts: { dev: 'tsx watch src/index.ts', build: 'tsc', start: 'node dist/index.js' } },
    files: {
      'tsconfig.json':
        '{"compilerOptions":{"target":"ESNext","module":"NodeNext","strict":true,"types":["node"],"rootDir":"./src","outDir":"./dist","skipLibCheck":true}}',
      'src/index.ts': `import { serve } from '@hono/node-server'
import { Hono } from 'hono'
const app = new Hono(); app.get('/', c => c.text('hello hono')); serve({ fetch: app.fetch, port: Number(process.env.PORT) })
export default app`,
    },
    answers: { with: 'hello hono' },
    pm2: ['dist/index.js'],
  },
  {
    name: 'h3',
    packages: ['h3'],
    manifest: module,
    files: {
      'server.js': `import { createApp, createRouter, defineEventHandler, toNodeListener } from 'h3'
import { createServer } from 'node:http'
const router = createRouter().get('/', defineEventHandler(() => 'hello h3'))
createServer(toNodeListener(createApp().use(router))).listen(process.env.PORT)`,
    },
    answers: { with: 'hello h3' },
    pm2: byEntry,
  },
  {
    name: 'polka',
    packages: ['polka', 'sirv'],
    manifest: module,
    files: {
      'server.js': `import polka from 'polka'; import sirv from 'sirv'
const extra = await import('./lib.js')
export default polka().use(sirv(new URL('public', import.meta.url).pathname)).get('/x', (q, r) => r.end(extra.x)).listen(process.env.PORT)`,
      'lib.js': "export const x = await Promise.resolve('x')",
      'public/index.html': 'hello polka',
    },
    answers: { with: 'hello polka' },
    pm2: byEntry,
  },
  {
    name: 'socketio',
    packages: ['socket.io'],
    manifest: start,
    files: {
      'server.js': `const { Server } = require('socket.io'); const http = require('http').createServer()
const io = new Server(http); io.on('connection', s => s.emit('hello')); http.listen(process.env.PORT)
process.on('SIGINT', () => { console.log('closing'); io.close(() => process.exit(0)) })`,
    },
    answers: { path: '/socket.io/?EIO=4&transport=polling', with: 'sid' },
    logs: 'closing',
    pm2: byEntry,
  },
  {
    name: 'graphql-yoga',
    packages: ['graphql-yoga', 'graphql'],
    manifest: module,
    files: {
      'server.js': `import { createServer } from 'node:http'; import { createSchema, createYoga } from 'graphql-yoga'
const yoga = createYoga({ schema: createSchema({ typeDefs: 'type Query { hello: String }', resolvers: { Query: { hello: () => 'hello yoga' } } }) })
createServer(yoga).listen(process.env.PORT)`,
    },
    answers: { path: '/graphql?query=%7Bhello%7D', with: 'hello yoga' },
    pm2: byEntry,
  },
  {
    name: 'apollo',
    packages: ['@apollo/server', 'graphql'],
    manifest: module,
    files: {
      'server.js': `import { ApolloServer } from '@apollo/server'; import { startStandaloneServer } from '@apollo/server/standalone'
const server = new ApolloServer({ typeDefs: 'type Query { hello: String }', resolvers: { Query: { hello: () => 'hello apollo' } }, csrfPrevention: false })
const { url } = await startStandaloneServer(server, { listen: { port: Number(process.env.PORT) } }); console.log('ready at', url)`,
    },
    answers: { path: '/?query=%7Bhello%7D', with: 'hello apollo' },
    logs: 'ready at',
    pm2: byEntry,
  },
  {
    name: 'fastify-cli',
    packages: ['fastify', 'fastify-cli'],
    manifest: { scripts: { start: 'fastify start -l info app.js' } },
    files: {
      'app.js':
        "module.exports = async function (fastify, opts) { fastify.get('/', async () => ({ hello: 'fastify' })) }",
    },
    answers: { with: '"fastify"' },
    logs: 'Server listening',
    pm2: ['npm', '--', 'start'],
  },
  {
    name: 'trpc',
    packages: ['@trpc/server', 'zod'],
    devPackages: ['tsx', 'typescript'],
    manifest: { type: 'module', scripts: { start: 'tsx src/server.ts' } },
    files: {
      'src/server.ts': `import { initTRPC } from '@trpc/server'; import { createHTTPServer } from '@trpc/server/adapters/standalone'
import { name } from './name'
enum Kind { Hello = 'hello' }
const t = initTRPC.create(); const router = t.router({ hi: t.procedure.query(() => Kind.Hello + ' ' + name) })
createHTTPServer({ router }).listen(Number(process.env.PORT))`,
      'src/name.ts': "export const name = 'trpc'",
    },
    answers: { path: '/hi', with: 'hello trpc' },
    pm2: ['npm', '--', 'start'],
  },
  {
    name: 'peer',
    packages: ['peer'],
    manifest: { scripts: { start: 'peerjs --port $PORT --path /peer' } },
    files: {},
    answers: { path: '/peer', with: 'PeerJS' },
    pm2: ['npm', '--', 'start'],
  },
  {
    name: 'restana',
    packages: ['restana', 'pino', 'pino-pretty'],
    manifest: start,
    files: {
      'server.js': `const log = require('pino')({ transport: { target: 'pino-pretty' } })
const service = require('restana')(); service.get('/', (req, res) => res.send('hello restana'))
service.start(process.env.PORT).then(() => log.info('restana is up')); module.exports = service`,
    },
    answers: { with: 'hello restana' },
    logs: 'restana is up',
    pm2: byEntry,
  },
]
