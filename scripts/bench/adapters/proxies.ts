// Other proxies before an app: nginx, HAProxy and Caddy of Debian, each with one worker, and two of npm. Each keeps connections to the app.
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { until } from '../clock.ts'
import { debianVersion, findProgram } from './installed.ts'
import type { Front, Fronting, Kind, Manager, Place } from './manager.ts'
import { noApps } from './no-apps.ts'

/** `files`: by their names, what is written before it starts. */
type Setup = { program: string; args: string[]; env?: Record<string, string>; files?: Record<string, string> }
type Takes = Pick<Front, 'takesUpgrades' | 'takesTls'>
type Wanted = Fronting & { dir: string }

const all: Takes = { takesUpgrades: true, takesTls: true }
const apps = fileURLToPath(new URL('../apps/', import.meta.url))
const peersDir = fileURLToPath(new URL('../../../.bench/peers', import.meta.url))

const nginx = ({ dir, port, upstream, tls }: Wanted): Setup => ({
  program: 'nginx',
  args: ['-p', dir, '-c', join(dir, 'nginx.conf')],
  files: {
    'nginx.conf': `daemon off; worker_processes 1; pid nginx.pid; error_log stderr crit;
events { worker_connections 30000; }
http {
  access_log off; keepalive_requests 100000000;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
  upstream app { server 127.0.0.1:${upstream}; keepalive 128; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port}; listen 127.0.0.1:${tls.port} ssl;
    ssl_certificate ${tls.certificate}; ssl_certificate_key ${tls.key};
    location / {
      proxy_pass http://app; proxy_http_version 1.1;
      proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr;
      proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;
    }
  }
}
`,
  },
})

const haproxy = ({ dir, port, upstream, tls }: Wanted): Setup => ({
  program: 'haproxy',
  args: ['-f', join(dir, 'haproxy.cfg')],
  files: {
    'both.pem': readFileSync(tls.certificate, 'utf8') + readFileSync(tls.key, 'utf8'),
    'haproxy.cfg': `global
  nbthread 1
defaults
  mode http
  timeout client 60s
  timeout server 60s
  timeout connect 5s
  timeout tunnel 1h
  option forwardfor
  http-reuse always
frontend all
  bind 127.0.0.1:${port}
  bind 127.0.0.1:${tls.port} ssl crt ${join(dir, 'both.pem')}
  default_backend app
backend app
  server one 127.0.0.1:${upstream}
`,
  },
})

const caddy = ({ dir, port, upstream, tls }: Wanted): Setup => ({
  program: 'caddy',
  args: ['run', '--config', join(dir, 'Caddyfile'), '--adapter', 'caddyfile'],
  env: { GOMAXPROCS: '1', XDG_DATA_HOME: dir, XDG_CONFIG_HOME: dir },
  files: {
    Caddyfile: `{
  admin off
  auto_https off
}
http://:${port} {
  bind 127.0.0.1
  reverse_proxy 127.0.0.1:${upstream}
}
https://localhost:${tls.port} {
  bind 127.0.0.1
  tls ${tls.certificate} ${tls.key}
  reverse_proxy 127.0.0.1:${upstream}
}
`,
  },
})

const ofNpm =
  (name: string) =>
  ({ port, upstream }: Wanted): Setup => ({
    program: process.execPath,
    args: [join(apps, 'node-proxy.mjs'), name, `${port}`, `${upstream}`, peersDir],
  })

const ofDebian = (id: string, title: string, setup: (wanted: Wanted) => Setup): Kind => ({
  id,
  title,
  among: 'proxies',
  version: () => findProgram(id) && (debianVersion(id) ?? 'of unknown version'),
  make: place => proxyAt(place, setup, all),
})

const npmKind = (id: string, takes: Takes): Kind => ({
  id,
  title: id,
  among: 'proxies',
  version: () => npmVersion(id),
  make: place => proxyAt(place, ofNpm(id), takes),
})

export const proxies: readonly Kind[] = [
  ofDebian('nginx', 'nginx', nginx),
  ofDebian('haproxy', 'HAProxy', haproxy),
  ofDebian('caddy', 'Caddy', caddy),
  npmKind('http-proxy-3', { takesUpgrades: true, takesTls: false }),
  npmKind('fast-proxy', { takesUpgrades: false, takesTls: false }),
]

function proxyAt(place: Place, setup: (wanted: Wanted) => Setup, takes: Takes): Manager {
  const children: ChildProcess[] = []
  const begin = ({ program, args, env }: Setup) => {
    const { dir } = place
    const options = { cwd: dir, env: { ...place.env, ...env }, stdio: 'ignore' } as const
    const child = spawn(findProgram(program) ?? program, args, options)
    child.once('error', () => {
      // It is not there, so that nobody listens, which is waited for in vain.
    })
    children.push(child)
    return child
  }
  const front = async (fronting: Fronting): Promise<Front> => {
    const { dir } = place
    const { app, port, upstream } = fronting
    begin({ program: process.execPath, args: [app.file], env: { ...app.settings, port: `${upstream}` } })
    const { files = {}, ...wanted } = setup({ ...fronting, dir })
    for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text)
    const proxy = begin(wanted)
    await Promise.all([upstream, port].map(each => until(() => listens(each), { what: `port ${each} is taken` })))
    return { pid: proxy.pid ?? 0, ...takes }
  }
  const down = async () => {
    for (const child of children) child.kill('SIGTERM')
  }
  return { ...noApps, front, down, daemonPids: () => children.flatMap(({ pid }) => pid ?? []) }
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  return await new Promise<boolean>(resolve => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
  }).finally(() => socket.destroy())
}

function npmVersion(name: string): string | undefined {
  const file = join(peersDir, 'node_modules', name, 'package.json')
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version : undefined
}
