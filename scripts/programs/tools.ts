// Programs that are installed and given arguments, workers without a port, and programs in other languages.
import type { Program } from './program.ts'

const npmStart = ['npm', '--', 'start']

export const tools: readonly Program[] = [
  {
    name: 'http-server',
    packages: ['http-server'],
    manifest: { scripts: { start: 'http-server public -p $PORT -a 127.0.0.1 -c-1' } },
    files: { 'public/index.html': 'hello http-server' },
    answers: { with: 'hello http-server' },
    pm2: npmStart,
  },
  {
    name: 'serve',
    packages: ['serve'],
    manifest: { scripts: { start: 'serve -s public' } },
    files: { 'public/index.html': 'hello serve' },
    answers: { with: 'hello serve' },
    pm2: npmStart,
  },
  {
    name: 'json-server',
    packages: ['json-server'],
    manifest: { scripts: { start: 'json-server db.json --port $PORT' } },
    files: { 'db.json': '{"posts":[{"id":"1","title":"a"}]}' },
    answers: { path: '/posts', with: 'title' },
    pm2: npmStart,
  },
  {
    name: 'node-red',
    packages: ['node-red'],
    manifest: {},
    files: {},
    push: ['.', '--command', 'node-red -p $PORT -u "$P8A_STORAGE"'],
    answers: { with: 'Node-RED', withinS: 20 },
    logs: 'Started flows',
    pm2: ['node_modules/node-red/red.js', '--', '-u', './data', '-p', '$PORT'],
  },
  {
    name: 'verdaccio',
    packages: ['verdaccio'],
    manifest: {},
    files: {
      'config.yaml':
        'storage: ./storage\nauth:\n  htpasswd:\n    file: ./htpasswd\npackages:\n  "**":\n    access: $all\nlog: { type: stdout, format: pretty, level: http }\n',
    },
    push: ['.', '--command', 'verdaccio -c config.yaml -l 127.0.0.1:$PORT'],
    answers: { path: '/-/ping', with: '{}', withinS: 15 },
    pm2: ['node_modules/verdaccio/bin/verdaccio', '--', '-c', 'config.yaml', '-l', '127.0.0.1:$PORT'],
  },
  {
    name: 'mcp',
    packages: ['@modelcontextprotocol/server-everything'],
    manifest: { scripts: { start: 'mcp-server-everything streamableHttp' } },
    files: {},
    answers: { path: '/mcp', with: '' },
    pm2: npmStart,
  },
  {
    name: 'eleventy',
    packages: ['@11ty/eleventy', 'serve'],
    manifest: { scripts: { build: 'eleventy', start: 'serve _site' } },
    files: { 'index.md': '# hello eleventy', '.gitignore': '_site\nnode_modules\n' },
    answers: { with: 'hello eleventy' },
    pm2: npmStart,
  },
  {
    name: 'nodemon',
    packages: [],
    devPackages: ['nodemon'],
    manifest: { scripts: { start: 'nodemon app.js' } },
    files: { 'app.js': "require('http').createServer((q, r) => r.end('hello nodemon')).listen(process.env.PORT)" },
    answers: { with: 'hello nodemon' },
    pm2: npmStart,
  },
  {
    name: 'concurrently',
    packages: ['concurrently', 'cross-env'],
    manifest: {
      scripts: {
        start: 'cross-env MODE=two concurrently "npm:start:*"',
        'start:web': 'node web.js',
        'start:work': 'node work.js',
      },
    },
    files: {
      'web.js': "require('http').createServer((q, r) => r.end('hello ' + process.env.MODE)).listen(process.env.PORT)",
      'work.js': "setInterval(() => console.log('working'), 500)",
    },
    answers: { with: 'hello two' },
    logs: 'working',
    pm2: npmStart,
  },
  {
    name: 'sharp',
    packages: ['sharp', 'bcrypt', 'better-sqlite3@13'],
    manifest: { scripts: { start: 'node app.js' } },
    files: {
      'app.js': `const sharp = require('sharp'), bcrypt = require('bcrypt'), Database = require('better-sqlite3')
const db = new Database(':memory:')
require('http').createServer(async (q, r) => { const png = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } }).png().toBuffer()
  r.end('native ' + (png.length > 0) + bcrypt.compareSync('a', bcrypt.hashSync('a', 4)) + db.prepare('select 1 as n').get().n) }).listen(process.env.PORT)`,
    },
    answers: { with: 'native truetrue1' },
    pm2: ['app.js'],
  },
  {
    name: 'winston',
    packages: ['winston', 'winston-daily-rotate-file', 'pino', 'bunyan', 'log4js'],
    manifest: { main: 'app.js' },
    files: {
      'app.js': `const winston = require('winston'); require('winston-daily-rotate-file'); const pino = require('pino'); const os = require('os')
const logger = winston.createLogger({ transports: [new winston.transports.Console(), new winston.transports.DailyRotateFile({ dirname: os.tmpdir(), filename: 'p8a-%DATE%.log' })] })
require('log4js').getLogger().level = 'info'; require('bunyan').createLogger({ name: 'b' }).info('bunyan says hello')
pino(pino.transport({ target: 'pino/file', options: { destination: 1 } })).info('pino worker says hello')
setInterval(() => logger.info('winston tick'), 300)`,
    },
    logs: 'pino worker says hello',
    pm2: ['app.js'],
  },
  {
    name: 'croner',
    packages: ['croner', 'app-root-path', 'config', 'dotenv'],
    manifest: { main: 'worker.mjs' },
    files: {
      'worker.mjs': `import 'dotenv/config'; import { Cron } from 'croner'; import root from 'app-root-path'; import config from 'config'
console.log('root is here:', root.path === import.meta.dirname, config.get('word'))
new Cron('* * * * * *', () => console.log('tick'))
process.on('SIGINT', () => { console.log('bye'); process.exit(0) })`,
      'config/default.json': '{"word":"configured"}',
    },
    logs: 'root is here: true configured',
    pm2: ['worker.mjs'],
  },
  {
    name: 'aedes',
    packages: ['aedes', 'mqtt'],
    manifest: { scripts: { start: 'node broker.mjs' } },
    files: {
      'broker.mjs': `import { Aedes } from 'aedes'; import { createServer } from 'node:net'; import mqtt from 'mqtt'
const broker = await Aedes.createBroker(); createServer(broker.handle).listen(process.env.PORT, '127.0.0.1', () => {
  const client = mqtt.connect('mqtt://127.0.0.1:' + process.env.PORT); client.on('connect', () => console.log('mqtt is connected')) })`,
    },
    logs: 'mqtt is connected',
    pm2: ['broker.mjs'],
  },
  {
    name: 'python',
    files: { 'index.html': 'hello python' },
    push: ['.', '--command', 'python3 -m http.server $PORT --bind 127.0.0.1'],
    answers: { with: 'hello python' },
    pm2: ['python3', '--', '-m', 'http.server', '$PORT'],
  },
  {
    name: 'bash',
    files: {
      'loop.sh': '#!/bin/bash\ntrap "echo bye; exit 0" TERM INT\nwhile true; do echo "tick in $PWD"; sleep 0.3; done\n',
    },
    push: ['loop.sh', '--service'],
    logs: 'tick in',
    pm2: ['loop.sh'],
  },
  {
    name: 'c',
    files: {
      'main.c':
        '#include <stdio.h>\n#include <unistd.h>\nint main(void) { for (;;) { printf("tick\\n"); fflush(stdout); sleep(1); } }\n',
    },
    push: ['.', '--build', 'gcc -o main main.c', '--command', './main'],
    logs: 'tick',
  },
]
