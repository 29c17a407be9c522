// Orders at a certificate authority of the test's own, which asks the gateway's ports whether a name is its.
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Acme, type AcmeOptions } from '../../../../pods/gateway/acme/acme.ts'
import { FileStore } from '../../../../pods/gateway/acme/file-store.ts'
import type { Certificate } from '../../../../pods/gateway/certificates/certificate.ts'
import { Shelf } from '../../../../pods/gateway/certificates/shelf.ts'
import { HttpsDoor } from '../../../../pods/gateway/https-door.ts'
import { settingsOf } from '../../../../pods/gateway/settings.ts'
import { freePort } from '../../../free-port.ts'
import { type Scratch, scratch } from '../../../scratch.ts'
import { until } from '../../../until.ts'
import { listening, type Standing, standing } from '../standing.ts'
import { at } from './at.ts'
import { Authority } from './authority.ts'

const dayMs = 86_400_000

type At = {
  authority: Authority
  standing: Standing
  storage: string
  certificates: Certificate[]
  faults: string[]
  covered: Set<string>
  logged: string[]
  acme: Acme
  /** Another run with the same storage. */
  another(options?: Partial<AcmeOptions>): Acme
}

async function withAcme(work: (at: At) => Promise<void>, options: Partial<AcmeOptions> = {}): Promise<void> {
  using dir: Scratch = scratch()
  await using authority = await Authority.open()
  await standing(
    (_, response) => void response.end('the pod'),
    async at => {
      const certificates: Certificate[] = []
      const faults: string[] = []
      const covered = new Set<string>()
      const logged: string[] = []
      const runs: Acme[] = []
      const another = (more: Partial<AcmeOptions> = {}) => {
        const { directoryUrl = `${authority.url}/directory` } = options
        const store = new FileStore(dir.dir, directoryUrl)
        const given = { email: 'a@b.test', directoryUrl, profile: undefined, store }
        const own = {
          orders: () => true,
          lease: async () => ({ release: async () => {} }),
          resolves: async () => true,
          hasHttp: true,
          hasTls: true,
          pollMs: 10,
          lookMs: 1_000_000,
        }
        const run = new Acme(
          { ...given, ...own, ...options, ...more },
          {
            isCovered: name => covered.has(name),
            changed: (now, wrong) => {
              certificates.splice(0, certificates.length, ...now)
              faults.splice(0, faults.length, ...wrong.map(({ label, text }) => `${label}: ${text}`))
            },
            log: text => void logged.push(text),
          },
        )
        runs.push(run)
        return run
      }
      const acme = another()
      at.challenge = path => acme.answer(path)
      const shelf = new Shelf()
      const { server } = new HttpsDoor(at.gateway, settingsOf({}), { shelf, challenge: hello => acme.challenge(hello) })
      authority.ports = { http: at.port, https: await listening(server) }
      try {
        await work({ authority, standing: at, storage: dir.dir, certificates, faults, covered, logged, acme, another })
      } finally {
        for (const run of runs) run.close()
        server.close()
      }
    },
  )
}

/** What is ordered for these hosts. */
async function look(acme: Acme, hosts: readonly string[]): Promise<void> {
  await acme.open()
  await acme.look()
  acme.routed(hosts)
  await acme.look()
}

test('Acme orders a certificate for each name that has a route, proves it over HTTP, and keeps all in files of its own', async () => {
  await withAcme(async ({ acme, authority, certificates, storage, standing: { get } }) => {
    await look(acme, ['example.com', '*.example.com', 'www.example.com', 'localhost', '10.0.0.1'])
    assert.equal(
      certificates.map(({ names }) => names.join()),
      ['example.com', 'www.example.com'],
    )
    assert.equal(authority.validations, ['http-01 example.com ready', 'http-01 www.example.com ready'])
    assert.is(authority.accounts, 1)
    for (const file of readdirSync(storage, { recursive: true, encoding: 'utf8' })) {
      assert.is(statSync(join(storage, file)).mode & 0o077, 0, file)
    }
    // What is no challenge of ours is for the pod.
    assert.match(await get('/.well-known/acme-challenge/other'), /the pod$/)
    await acme.look()
    assert.is(authority.orders.length, 2)
  })
})

test('Acme proves a name over TLS where the authority offers nothing else, or there is no other port', async () => {
  await withAcme(async ({ acme, authority, certificates }) => {
    authority.types = ['tls-alpn-01']
    await look(acme, ['example.com'])
    assert.equal(authority.validations, ['tls-alpn-01 example.com ready'])
    assert.is(certificates.length, 1)
  })
  await withAcme(
    async ({ acme, authority }) => {
      await look(acme, ['example.com'])
      assert.equal(authority.validations, ['tls-alpn-01 example.com ready'])
    },
    { hasHttp: false },
  )
})

test('Acme goes on after a restart with what is stored, and other runs use it without an order of their own', async () => {
  await withAcme(async ({ acme, authority, certificates, another }) => {
    const idle = another({ orders: () => false })
    await look(idle, ['example.com'])
    assert.equal([authority.orders.length, certificates.length], [0, 0])
    await look(acme, ['example.com'])
    certificates.length = 0
    await idle.look()
    assert.is(certificates.length, 1)
    certificates.length = 0
    await look(another(), ['example.com'])
    assert.is(certificates.length, 1)
    assert.equal([authority.orders.length, authority.accounts], [1, 1])
  })
})

test('Acme renews when the authority would like it, and says what it replaces', async () => {
  await withAcme(
    async ({ acme, authority, certificates }) => {
      const [start, end] = [new Date(Date.now() - dayMs).toISOString(), new Date(Date.now() - 1000).toISOString()]
      await look(acme, ['example.com'])
      const [first] = certificates
      authority.window = { start, end }
      const later = Date.now() + dayMs
      await at(later, () => acme.look())
      assert.is(authority.orders.length, 2)
      assert.match(authority.orders[1]?.replaces ?? '', /^[\w-]+\.[\w-]+$/)
      assert.is(authority.orders[1]?.profile, 'short')
      assert.not.equal(certificates[0]?.pem, first?.pem)
    },
    { profile: 'short' },
  )
})

test('Acme renews at two thirds of the life where the authority says nothing of it', async () => {
  await withAcme(async ({ acme, authority }) => {
    authority.lifeMs = 90 * dayMs
    await look(acme, ['example.com'])
    await acme.look()
    const now = Date.now()
    await at(now + 50 * dayMs, () => acme.look())
    assert.is(authority.orders.length, 1)
    await at(now + 70 * dayMs, () => acme.look())
    assert.is(authority.orders.length, 2)
  })
})

test('Acme says why it has no certificate, leaves an authority alone that refuses, and asks again later', async () => {
  await withAcme(async ({ acme, authority, faults, certificates }) => {
    authority.refusal = 'this name is forbidden'
    await look(acme, ['example.com'])
    assert.match(faults.join(), /^acme:example\.com: it could not be ordered: .*this name is forbidden/)
    authority.refusal = undefined
    await acme.look()
    assert.is(authority.orders.length, 0)
    await at(Date.now() + 16 * 60_000, () => acme.look())
    assert.equal([authority.orders.length, certificates.length, faults.length], [1, 1, 0])
  })
})

test('Acme leaves an authority alone for as long as that asks for, for all names', async () => {
  await withAcme(async ({ acme, authority, faults }) => {
    authority.refusal = 'too many certificates'
    authority.retryAfter = String((2 * dayMs) / 1000)
    await look(acme, ['example.com', 'other.test'])
    assert.match(faults.join(), /^acme:example\.com: it could not be ordered: .*too many certificates/)
    authority.refusal = undefined
    await at(Date.now() + 1.9 * dayMs, () => acme.look())
    assert.is(authority.orders.length, 0)
    await at(Date.now() + 2.1 * dayMs, () => acme.look())
    assert.is(authority.orders.length, 2)
  })
})

test('Acme orders nothing for a name that has no address, and looks again', async () => {
  const known = new Set<string>()
  await withAcme(
    async ({ acme, authority, faults }) => {
      await look(acme, ['example.com'])
      assert.match(faults.join(), /^acme:example\.com: it could not be ordered: it has no address/)
      assert.equal([authority.accounts, authority.orders.length], [0, 0])
      known.add('example.com')
      await acme.look()
      assert.equal([authority.orders.length, faults.length], [1, 0])
    },
    { resolves: async name => known.has(name) },
  )
})

test('Acme binds its account to that of a customer', async () => {
  const binding = { kid: 'customer-7', hmacKey: Buffer.from('a key of the authority').toString('base64url') }
  await withAcme(
    async ({ acme, authority, certificates }) => {
      authority.binding = binding
      await look(acme, ['example.com'])
      assert.is(certificates.length, 1)
    },
    { binding },
  )
})

test('Acme orders nothing that another run has begun to order, nor goes on once another run orders', async () => {
  const taken = Promise.withResolvers<void>()
  await withAcme(async ({ acme, authority, another }) => {
    authority.holdBack = taken.promise
    let leads = true
    const before = another({ orders: () => leads })
    const looked = look(before, ['example.com', 'other.test'])
    await until(() => authority.orders.length === 1, 'an order is under way')
    authority.holdBack = undefined
    leads = false
    await look(acme, ['example.com'])
    taken.resolve()
    await looked
    assert.equal(
      authority.orders.map(({ name }) => name),
      ['example.com'],
    )
  })
})

test('Acme orders nothing that another run has ordered since it looked', async () => {
  const slow = Promise.withResolvers<boolean>()
  await withAcme(async ({ acme, authority, another }) => {
    const asking = Promise.withResolvers<void>()
    const other = another({
      resolves: async () => {
        asking.resolve()
        return await slow.promise
      },
    })
    const looked = look(other, ['example.com'])
    await asking.promise
    await look(acme, ['example.com'])
    slow.resolve(true)
    await looked
    assert.is(authority.orders.length, 1)
  })
})

test('Acme sees to the certificate that is there once it has the lease, and to none that has been renewed meanwhile', async () => {
  await withAcme(async ({ acme, authority, another }) => {
    await look(acme, ['example.com'])
    const lease = async () => {
      await acme.look()
      return { release: async () => {} }
    }
    const other = another({ lease })
    await look(other, ['example.com'])
    await at(Date.now() + 70 * dayMs, async () => {
      await other.look()
      assert.is(authority.orders.length, 2)
      await other.look()
      await acme.look()
    })
    assert.is(authority.orders.length, 2)
  })
})

test('Acme goes on where its storage takes nothing, and writes nothing where nothing is due', async () => {
  await withAcme(async ({ acme, storage, covered, faults, logged }) => {
    covered.add('example.com')
    await look(acme, ['example.com'])
    rmSync(join(storage, 'acme'), { recursive: true })
    await acme.look()
    assert.equal([faults, logged], [[], []])
    covered.clear()
    await acme.look()
    assert.match(faults.join(), /^acme:example\.com: it could not be ordered: ENOENT/)
    // What nobody expects does not end the run.
    covered.has = () => {
      throw new Error('a fault')
    }
    await acme.look()
    assert.equal(logged, ['the certificates were not looked after: a fault'])
  })
})

test('Acme does not order again what it could not save', async () => {
  await withAcme(async ({ acme, authority, storage, certificates, faults }) => {
    await look(acme, [])
    const [folder = ''] = readdirSync(join(storage, 'acme')).filter(name => name !== 'challenges')
    const inItsPlace = join(storage, 'acme', folder, 'example.com.certificate')
    mkdirSync(inItsPlace)
    await look(acme, ['example.com'])
    assert.match(faults.join(), /could not be ordered: /)
    await acme.look()
    assert.equal([authority.orders.length, certificates.length], [1, 0])
    rmSync(inItsPlace, { recursive: true })
    await acme.look()
    assert.equal([authority.orders.length, faults], [1, []])
    assert.equal(
      certificates.map(({ names }) => names.join()),
      ['example.com'],
    )
  })
})

test('Acme says so where the authority does not find the answer, or is away, and other names go on', async () => {
  await withAcme(async ({ acme, authority, faults, standing: { port } }) => {
    authority.ports.http = authority.ports.https
    await look(acme, ['example.com'])
    assert.match(faults.join(), /could not be ordered/)
    authority.ports.http = port
    acme.routed(['example.com', 'other.test'])
    await acme.look()
    assert.ok(authority.validations.includes('http-01 other.test ready'))
    assert.is(faults.length, 1)
  })
  await withAcme(
    async ({ acme, faults }) => {
      await look(acme, ['example.com'])
      assert.match(faults.join(), /could not be ordered: .*ECONNREFUSED/)
    },
    { directoryUrl: `http://127.0.0.1:${await freePort()}/directory` },
  )
})

test('Acme orders nothing for a name that has another certificate, and uses none whose route is gone', async () => {
  await withAcme(async ({ acme, authority, certificates, covered }) => {
    covered.add('example.com')
    await look(acme, ['example.com', 'other.test'])
    assert.equal(
      authority.orders.map(({ name }) => name),
      ['other.test'],
    )
    acme.routed([])
    await acme.look()
    assert.is(certificates.length, 0)
  })
})

test.run()
