// Links to the page: what a code is worth, and for how long.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Identity } from '../../../../daemon/server/access/authority.ts'
import { PageLinks } from '../../../../daemon/server/access/page-links.ts'
import { Tokens } from '../../../../daemon/server/access/tokens.ts'
import { dataPaths } from '../../../../daemon/system/paths.ts'
import { failsWith } from '../../../fails.ts'
import { scratch } from '../../../scratch.ts'

const local: Identity = { name: 'local', role: 'admin', path: '' }
const settings = { pageTokenLife: 3_600_000, pageLinkLife: 60_000 }

class World {
  nowMs = Date.parse('2026-11-20T10:00:00Z')
  readonly clock = { nowMs: () => this.nowMs, wallMs: () => this.nowMs }
  readonly tokens: Tokens
  readonly dir: string
  readonly links: PageLinks

  constructor(dir: string) {
    this.dir = dir
    this.tokens = new Tokens({ paths: dataPaths(dir), clock: this.clock, settings: { maxPathTokens: 100 } })
    this.links = new PageLinks({ tokens: this.tokens, paths: dataPaths(dir), clock: this.clock, settings })
  }

  /** As the next host finds it. */
  async next(): Promise<World> {
    const world = new World(this.dir)
    world.nowMs = this.nowMs
    await world.tokens.load()
    return world
  }

  get names(): string[] {
    return this.tokens.list(local).map(({ name }) => name)
  }
}

async function inWorld(work: (world: World) => Promise<void>): Promise<void> {
  using at = scratch()
  const world = new World(at.dir)
  await world.tokens.load()
  await work(world)
}

test('PageLinks gives a token for a code, once', async () => {
  await inWorld(async ({ links, tokens }) => {
    const { code, expiresAt } = await links.make(local, { path: '' })
    assert.is(expiresAt, '2026-11-20T10:01:00.000Z')
    const made = await links.take(code)
    assert.equal([made?.name, made?.role, made?.expiresAt], ['local/page-1', 'admin', '2026-11-20T11:00:00.000Z'])
    assert.is(tokens.find(made?.token)?.name, 'local/page-1')
    assert.is(await links.take(code), undefined)
  })
})

test('PageLinks takes no code that is too old, or wrong', async () => {
  await inWorld(async world => {
    const { code } = await world.links.make(local, { path: '' })
    assert.is(await world.links.take(`${code}x`), undefined)
    world.nowMs += 60_000
    assert.is(await world.links.take(code), undefined)
  })
})

test('PageLinks takes a code that the host before has made, once, and only its hash is on the disk', async () => {
  await inWorld(async world => {
    const { token: secret } = await world.tokens.add({ name: 'ci', role: 'deploy', path: 'a' }, local)
    const token = world.tokens.find(secret)
    const giver: Identity = { name: 'ci', role: 'deploy', path: 'a', ...(token && { token }) }
    const [of, gone, late] = [
      await world.links.make(giver, { path: 'a', role: 'read' }),
      await world.links.make(giver, { path: 'a' }),
      await world.links.make(local, { path: '' }),
    ]
    assert.not.match(readFileSync(dataPaths(world.dir).pageCodes, 'utf8'), of.code)
    const next = await world.next()
    const made = await next.links.take(of.code)
    assert.equal([made?.name, made?.role, made?.path], ['ci/page-1', 'read', 'a'])
    const third = await next.next()
    assert.is(await third.links.take(of.code), undefined)
    await third.tokens.remove('ci', local)
    await third.tokens.add({ name: 'ci', role: 'deploy', path: 'a' }, local)
    assert.is(await third.links.take(gone.code), undefined, 'another token has that name')
    third.nowMs += 60_000
    assert.is(await third.links.take(late.code), undefined)
  })
})

test('PageLinks forgets the oldest of too many links, and never those of others', async () => {
  await inWorld(async ({ links }) => {
    const [others, first] = [await links.make(local, { path: '' }), await links.make(local, { path: 'team.a' })]
    for (let made = 0; made < 256; made++) await links.make(local, { path: 'team.b' })
    const last = await links.make(local, { path: 'team.b' })
    assert.is(await links.take(first.code), undefined)
    assert.is((await links.take(others.code))?.path, '')
    assert.is((await links.take(last.code))?.path, 'team.b')
  })
})

test('PageLinks makes links where what is on the disk is broken, and none that could not be saved', async () => {
  await inWorld(async ({ dir, links, tokens, clock }) => {
    const file = dataPaths(dir).pageCodes
    writeFileSync(file, '{"v": 1, "codes": [{}]}')
    assert.ok(await links.take((await links.make(local, { path: '' })).code))
    const paths = { pageCodes: join(dir, 'none', 'page-codes.json') }
    const unsaved = new PageLinks({ tokens, paths, clock, settings })
    await failsWith('save_failed', async () => await unsaved.make(local, { path: '' }))
  })
})

test('PageLinks gives the rights of whoever asks, or less, and never more', async () => {
  await inWorld(async ({ links }) => {
    const reader: Identity = { name: 'eve', role: 'read', path: 'inner' }
    const made = await links.take(
      (await links.make({ ...reader, role: 'deploy' }, { role: 'read', path: 'inner.x' })).code,
    )
    assert.equal([made?.role, made?.path], ['read', 'inner.x'])
    await failsWith('forbidden', async () => await links.make(reader, { role: 'deploy', path: 'inner' }))
    await failsWith('forbidden', async () => await links.make(reader, { path: '' }))
    await failsWith('forbidden', async () => await links.make({ ...local, pod: 'web' }, { path: '' }))
  })
})

test('PageLinks lets the token of a page end with the token of whoever gave the link', async () => {
  await inWorld(async world => {
    const { links, tokens } = world
    await tokens.add({ name: 'ci', role: 'deploy', path: '', expiresInMs: 600_000 }, local)
    const token = tokens.find(
      (await tokens.add({ name: 'cd', role: 'deploy', path: '', expiresInMs: 600_000 }, local)).token,
    )
    const giver: Identity = { name: 'cd', role: 'deploy', path: '', ...(token && { token }) }
    const made = await links.take((await links.make(giver, { path: '' })).code)
    assert.equal([made?.name, made?.expiresAt], ['cd/page-1', '2026-11-20T10:10:00.000Z'])
    const { code } = await links.make(giver, { path: '' })
    await tokens.remove('cd', local)
    assert.equal(world.names, ['ci', 'default'])
    assert.is(tokens.find(made?.token), undefined)
    assert.is(await links.take(code), undefined)
  })
})

test('PageLinks.leave() ends the token of a page, and no other', async () => {
  await inWorld(async ({ links, tokens }) => {
    const made = await links.take((await links.make(local, { path: '' })).code)
    const token = tokens.find(made?.token)
    assert.ok(token)
    assert.is(await links.leave({ ...token, token }), true)
    assert.is(tokens.find(made?.token), undefined)
    const other = tokens.find((await tokens.add({ name: 'ci', role: 'read', path: '' }, local)).token)
    assert.is(await links.leave({ ...local, ...(other && { token: other }) }), false)
    assert.is(await links.leave(local), false)
    assert.equal(
      tokens.list(local).map(({ name }) => name),
      ['ci', 'default'],
    )
  })
})

test('Tokens.addPage() forgets what has expired, and the oldest of too many', async () => {
  await inWorld(async world => {
    for (let page = 0; page < 3; page++) await world.tokens.addPage(local, { role: 'read', path: '', lifeMs: 1000 })
    world.nowMs += 1000
    for (let page = 0; page < 66; page++) {
      world.nowMs++
      await world.tokens.addPage(local, { role: 'read', path: '', lifeMs: 1_000_000 })
    }
    const pages = world.names.filter(name => name.startsWith('local/'))
    assert.is(pages.length, 64)
    assert.not(pages.includes('local/page-4'))
    assert.ok(pages.includes('local/page-69'))
  })
})

test.run()
