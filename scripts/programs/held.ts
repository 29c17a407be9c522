// Servers of Node and of others, as people write them, that are reloaded on a held port while clients use them.
import type { Program } from './program.ts'

/** How clients use it. `load`: requests over and over. `session`: one connection that says something over and over. */
export type Spoken = 'http' | 'https' | 'http2' | 'tcp' | 'ws' | 'socket.io'

export type HeldProgram = Omit<Program, 'answers' | 'logs' | 'pm2'> & { speaks: readonly Spoken[] }

const start = { scripts: { start: 'node server.js' } }
const module = { type: 'module', ...start }

/** Answers GET, and a POST with what was sent. */
export const heldPrograms: readonly HeldProgram[] = [
  {
    name: 'express',
    packages: ['express'],
    manifest: start,
    files: {
      'server.js': `const express = require('express')
const app = express().use(express.text())
app.get('/', (request, response) => response.send('hello'))
app.post('/', (request, response) => response.send(request.body))
app.listen(process.env.PORT)`,
    },
    speaks: ['http'],
  },
  {
    name: 'fastify',
    packages: ['fastify'],
    manifest: module,
    files: {
      'server.js': `import Fastify from 'fastify'
const app = Fastify()
app.get('/', async () => 'hello')
app.post('/', async request => request.body)
await app.listen({ port: Number(process.env.PORT), host: '0.0.0.0' })`,
    },
    speaks: ['http'],
  },
  {
    name: 'koa',
    packages: ['koa', 'koa-bodyparser'],
    manifest: start,
    files: {
      'server.js': `const Koa = require('koa')
const body = require('koa-bodyparser')
new Koa().use(body({ enableTypes: ['text'] })).use(ctx => {
  ctx.body = ctx.method === 'POST' ? ctx.request.body : 'hello'
}).listen(process.env.PORT)`,
    },
    speaks: ['http'],
  },
  {
    name: 'hono',
    packages: ['hono', '@hono/node-server'],
    manifest: module,
    files: {
      'server.js': `import { serve } from '@hono/node-server'
import { Hono } from 'hono'
const app = new Hono()
app.get('/', c => c.text('hello'))
app.post('/', async c => c.text(await c.req.text()))
serve({ fetch: app.fetch, port: Number(process.env.PORT) })`,
    },
    speaks: ['http'],
  },
  {
    name: 'hono, exported',
    packages: ['hono'],
    manifest: module,
    files: {
      'server.js': `import { Hono } from 'hono'
const app = new Hono()
app.get('/', c => c.text('hello'))
app.post('/', async c => c.text(await c.req.text()))
export default app`,
    },
    speaks: ['http'],
  },
  {
    name: 'ws',
    packages: ['ws'],
    manifest: module,
    files: {
      'server.js': `import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'
const server = createServer((request, response) => request.pipe(response))
new WebSocketServer({ server }).on('connection', socket => socket.on('message', data => socket.send(data.toString())))
server.listen(process.env.PORT)`,
    },
    speaks: ['http', 'ws'],
  },
  {
    name: 'socket.io',
    packages: ['socket.io'],
    manifest: module,
    files: {
      'server.js': `import { createServer } from 'node:http'
import { Server } from 'socket.io'
const server = createServer((request, response) => request.pipe(response))
new Server(server).on('connection', socket => socket.on('say', text => socket.emit('said', text)))
server.listen(process.env.PORT)`,
    },
    speaks: ['http', 'socket.io'],
  },
  {
    name: 'node:http2',
    manifest: module,
    files: {
      'server.js': `import { createServer } from 'node:http2'
createServer((request, response) => setTimeout(() => request.pipe(response), 20)).listen(process.env.PORT)`,
    },
    speaks: ['http2'],
  },
  {
    name: 'node:https',
    manifest: module,
    files: {
      'server.js': `import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
const [key, cert] = ['key.pem', 'cert.pem'].map(file => readFileSync(file))
createServer({ key, cert }, (request, response) => request.pipe(response)).listen(process.env.PORT)`,
    },
    speaks: ['https'],
  },
  {
    name: 'node:net',
    manifest: module,
    files: {
      'server.js': `import { createServer } from 'node:net'
createServer({ allowHalfOpen: true }, socket => socket.pipe(socket)).listen(process.env.PORT)`,
    },
    speaks: ['tcp'],
  },
  {
    name: 'next',
    packages: ['next', 'react', 'react-dom'],
    manifest: { scripts: { build: 'next build', start: 'next start' } },
    files: {
      'app/layout.js': 'export default function Root({ children }) { return <html><body>{children}</body></html> }',
      'app/route.js': `export const dynamic = 'force-dynamic'
export const GET = () => new Response('hello')
export const POST = async request => new Response(await request.text())`,
      '.gitignore': '/node_modules\n/.next/\n',
    },
    speaks: ['http'],
  },
  {
    name: 'python3, http.server',
    push: ['.', '--command', 'python3 server.py'],
    files: {
      'server.py': `import os, signal, socket, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
class Handler(BaseHTTPRequestHandler):
    def answer(self):
        body = self.rfile.read(int(self.headers.get('Content-Length') or 0)) or b'hello'
        self.send_response(200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    do_GET = do_POST = answer
    def log_message(self, *_): pass
server = ThreadingHTTPServer(('', 0), Handler, bind_and_activate=False)
server.socket = socket.socket(fileno=3)
server.daemon_threads = False
signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
server.serve_forever()
server.server_close()`,
    },
    speaks: ['http'],
  },
]
