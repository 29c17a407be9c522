import { once } from 'node:events'
import net from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { connectionsIn, noteOwn, readConnections } from '../../../daemon/system/connections.ts'
import { needs } from '../../needs.ts'

const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode'
/** Port 8080 is 1F90. */
const row = (local: string, remote: string, state: string, left = '00000000') =>
  `   1: ${local} ${remote} ${state} 00000000:00000000 00:${left} 00000000     0        0 1 1 0000 100 0 0 10 0`
const web = [{ name: 'main', host: '', port: 8080 }]
const nobody = () => false

function found(rows: string[], isOwn: (port: number) => boolean = nobody) {
  return connectionsIn({ tcp: [head, ...rows].join('\n'), unix: '' }, web, isOwn)
}

test('connectionsIn() counts what is connected to a port, and not who listens there', () => {
  const listener = row('00000000:1F90', '00000000:0000', '0A')
  const client = row('0100007F:1F90', '0100007F:9676', '01')
  const other = row('0100007F:1F91', '0100007F:9677', '01')
  const outgoing = row('0100007F:9676', '0100007F:1F90', '01')
  assert.equal(found([listener, client, other, outgoing]), { open: 1 })
})

test('connectionsIn() says how long ago the last one was closed, by either side', () => {
  // 0x1388 ticks are 50 s, which are left of 60.
  const server = row('0100007F:1F90', '0200007F:9676', '06', '00001388')
  const client = row('0100007F:9677', '0100007F:1F90', '06', '00000BB8')
  const elsewhere = row('0100007F:9678', '08080808:1F90', '06', '00001770')
  assert.equal(found([client]), { open: 0, closedMs: 30_000 })
  assert.equal(found([client, server, elsewhere]), { open: 0, closedMs: 10_000 })
})

test('connectionsIn() leaves out what the host itself has connected', () => {
  const check = row('0100007F:1F90', '0100007F:9676', '01')
  const before = row('0100007F:1F90', '0100007F:9676', '06', '00001388')
  assert.equal(
    found([check, before], port => port === 0x9676),
    { open: 0 },
  )
})

test('connectionsIn() knows addresses of IPv6, and Unix sockets by their paths', () => {
  const loopback = '00000000000000000000000001000000'
  const tcp = row(`${loopback}:9677`, `${loopback}:1F90`, '06', '00000BB8')
  assert.equal(found([tcp]).closedMs, 30_000)
  const unix = [
    'Num       RefCount Protocol Flags    Type St Inode Path',
    '0: 00000002 00000000 00010000 0001 01 7 /run/web.sock',
    '0: 00000003 00000000 00000000 0001 03 8 /run/web.sock',
    '0: 00000003 00000000 00000000 0001 03 9 /run/other.sock',
  ].join('\n')
  assert.equal(connectionsIn({ tcp: '', unix }, [{ name: 'main', path: '/run/web.sock' }], nobody), { open: 1 })
})

needs(test, 'linux')(
  'readConnections() sees a real connection, unless it is noted as the own one of the host',
  async () => {
    const server = net.createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as net.AddressInfo
    const ports = [{ name: 'main', host: '127.0.0.1', port }]
    assert.equal(await readConnections(ports), { open: 0 })
    const client = net.connect(port, '127.0.0.1')
    await once(server, 'connection')
    assert.equal(await readConnections(ports), { open: 1 })
    noteOwn(client.localPort)
    assert.equal(await readConnections(ports), { open: 0 })
    client.destroy()
    server.close()
  },
)

test.run()
