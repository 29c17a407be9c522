import http from 'node:http'
import net from 'node:net'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rehearse } from '../../shim/rehearsal.ts'
import { until } from '../until.ts'

const test = suite('rehearsal')

const sockets = () => process.getActiveResourcesInfo().filter(name => name.startsWith('TCP'))

test('a request is served, and nothing is left open', async () => {
  const { emit } = http.Server.prototype
  const asked: string[] = []
  http.Server.prototype.emit = function (this: http.Server, event: string, ...args: unknown[]) {
    if (event === 'request') asked.push((args[0] as http.IncomingMessage).url ?? '')
    return emit.call(this, event, ...args)
  } as typeof emit
  try {
    await rehearse()
  } finally {
    http.Server.prototype.emit = emit
  }
  assert.equal(asked, ['/'])
  await until(() => sockets().length === 0, 'no socket is left')
})

for (const [what, refused] of [
  ['nobody can listen', net.Server.prototype],
  ['nobody can connect', net.Socket.prototype],
] as const) {
  test(`where ${what}, it is given up, and leaves nothing open`, async () => {
    const name = refused === net.Server.prototype ? 'listen' : 'connect'
    const real = Reflect.get(refused, name)
    Reflect.set(refused, name, () => {
      throw new Error('not here')
    })
    try {
      await rehearse()
    } finally {
      Reflect.set(refused, name, real)
    }
    await until(() => sockets().length === 0, 'no socket is left')
  })
}

test('where nothing answers, it is given up', async () => {
  const { emit } = http.Server.prototype
  http.Server.prototype.emit = function (this: http.Server, event: string, ...args: unknown[]) {
    return event === 'request' ? true : emit.call(this, event, ...args)
  } as typeof emit
  try {
    await rehearse()
  } finally {
    http.Server.prototype.emit = emit
  }
  await until(() => sockets().length === 0, 'no socket is left')
})

test('where the connection does not come about, it is given up, and its client too', async () => {
  const { connect } = net.Socket.prototype
  const clients: net.Socket[] = []
  net.Socket.prototype.connect = function (this: net.Socket & { connecting: boolean }) {
    this.connecting = true
    clients.push(this)
    return this
  } as typeof connect
  try {
    await rehearse()
  } finally {
    net.Socket.prototype.connect = connect
  }
  assert.equal(
    clients.map(({ destroyed }) => destroyed),
    [true],
  )
})

test.run()
