// The tokens of a host on the disk and in its mind. Not here: who is asked for one (e2e/security.test.ts).
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Tokens } from '../../../../daemon/server/access/tokens.ts'
import { type DataPaths, dataPaths } from '../../../../daemon/system/paths.ts'
import type { Rights } from '../../../../protocol/access.ts'
import { P8aError } from '../../../../protocol/errors.ts'
import { scratch } from '../../../scratch.ts'

const admin: Rights = { role: 'admin', path: '' }

class World {
  readonly dir: string
  readonly settings = { maxPathTokens: 3 }
  readonly paths: DataPaths
  nowMs = Date.parse('2026-11-20T10:00:00Z')
  readonly clock = { nowMs: () => this.nowMs, wallMs: () => this.nowMs }

  constructor(dir: string) {
    this.dir = dir
    this.paths = dataPaths(dir)
  }

  /** As the next host finds them. */
  async load(): Promise<Tokens> {
    const tokens = new Tokens(this)
    await tokens.load()
    return tokens
  }
}

async function inWorld(work: (world: World, tokens: Tokens) => Promise<void>): Promise<void> {
  using at = scratch()
  const world = new World(at.dir)
  await work(world, await world.load())
}

async function codeOf(promise: Promise<unknown>): Promise<string | undefined> {
  return await promise.then(
    () => undefined,
    error => (error instanceof P8aError ? error.code : String(error)),
  )
}

test('a new host has one token, default, which may do everything and is the one in the file', async () => {
  await inWorld(async ({ paths }, tokens) => {
    const secret = readFileSync(paths.token, 'utf8').trim()
    const { name, role, path } = tokens.find(secret) ?? {}
    assert.equal([name, role, path], ['default', 'admin', ''])
    assert.not.ok(existsSync(paths.tokens))
  })
})

test('add() lets whoever is confined make so many tokens in an outermost path, and an admin of the root as many as they like', async () => {
  await inWorld(async (_, tokens) => {
    const team: Rights = { role: 'admin', path: 'team' }
    const add = (name: string, path: string, giver: Rights) => codeOf(tokens.add({ name, role: 'admin', path }, giver))
    assert.is(await add('a', 'team', admin), undefined)
    await tokens.addPage({ name: 'a' }, { role: 'read', path: 'team', lifeMs: 1000 })
    const at = [add('b', 'team.in', team), add('c', 'team', team), add('d', 'team', team)]
    assert.equal(await Promise.all(at), [undefined, undefined, 'quota_exceeded'])
    assert.is(await add('d', 'team.in.most', { role: 'admin', path: 'team.in' }), 'quota_exceeded')
    assert.is(await add('d', 'teams', { role: 'admin', path: 'teams' }), undefined)
    assert.is(await add('e', 'team', admin), undefined)
    await tokens.remove('e', team)
    await tokens.remove('b', team)
    assert.is(await add('b', 'team', team), undefined)
  })
})

test('add() answers the secret once; on the disk there is its hash alone, for its owner', async () => {
  await inWorld(async (world, tokens) => {
    const { token, ...info } = await tokens.add({ name: 'ci', role: 'deploy', path: 'inner' }, admin)
    assert.match(token, /^[\w-]{43}$/)
    assert.equal(info, { name: 'ci', role: 'deploy', path: 'inner', createdAt: '2026-11-20T10:00:00.000Z' })
    const text = readFileSync(world.paths.tokens, 'utf8')
    assert.not.ok(text.includes(token))
    assert.not.ok(JSON.stringify(tokens.list(admin)).includes(token))
    assert.is(statSync(world.paths.tokens).mode & 0o777, 0o600)
    assert.is((await world.load()).find(token)?.name, 'ci')
  })
})

test('find() knows a secret alone that is whole, and a text', async () => {
  await inWorld(async (_, tokens) => {
    const { token } = await tokens.add({ name: 'ci', role: 'read', path: '' }, admin)
    for (const given of ['', token.slice(1), `${token} `, token.toUpperCase(), undefined, null, 0, true, {}, [token]])
      assert.is(tokens.find(given), undefined, JSON.stringify(given))
    assert.ok(tokens.find(token))
  })
})

test('a token whose time is over is none, also for the next host, and its name may be used again', async () => {
  await inWorld(async (world, tokens) => {
    const { token } = await tokens.add({ name: 'brief', role: 'read', path: '', expiresInMs: 1000 }, admin)
    const found = tokens.find(token)
    assert.ok(found && tokens.isValid(found))
    world.nowMs += 1000
    assert.is(tokens.find(token), undefined)
    assert.not.ok(tokens.isValid(found))
    assert.is((await world.load()).find(token), undefined)
    assert.is(await codeOf(tokens.add({ name: 'brief', role: 'read', path: '' }, admin)), undefined)
  })
})

test('remove() ends a token at once, tells who holds it, and the next host does not know it', async () => {
  await inWorld(async (world, tokens) => {
    const { token } = await tokens.add({ name: 'ci', role: 'read', path: '' }, admin)
    const removed: string[] = []
    tokens.whenRemoved(({ name }) => removed.push(name))
    const removing = tokens.remove('ci', admin)
    assert.is(tokens.find(token), undefined, 'before it is saved')
    await removing
    assert.equal(removed, ['ci'])
    assert.is((await world.load()).find(token), undefined)
    assert.is(await codeOf(tokens.remove('ci', admin)), 'token_not_found')
  })
})

test('default can be removed for good: the file goes, and the next host makes none', async () => {
  await inWorld(async (world, tokens) => {
    await tokens.remove('default', admin)
    assert.not.ok(existsSync(world.paths.token))
    assert.equal((await world.load()).list(admin), [])
    assert.not.ok(existsSync(world.paths.token))
  })
})

test('add() refuses names that are taken or none, and paths that are none', async () => {
  await inWorld(async (_, tokens) => {
    await tokens.add({ name: 'ci', role: 'read', path: '' }, admin)
    for (const name of ['ci', 'default', 'local'])
      assert.is(await codeOf(tokens.add({ name, role: 'read', path: '' }, admin)), 'token_exists', name)
    for (const name of ['', 'A', '../x', 'a b'])
      assert.is(await codeOf(tokens.add({ name, role: 'read', path: '' }, admin)), 'bad_name', name)
    for (const path of ['.', 'a..b', '../a', 'A'])
      assert.is(await codeOf(tokens.add({ name: 'x', role: 'read', path }, admin)), 'bad_name', path)
  })
})

test('nobody gives away, ends or sees more than is theirs', async () => {
  await inWorld(async (_, tokens) => {
    const inner: Rights = { role: 'admin', path: 'inner' }
    await tokens.add({ name: 'root', role: 'read', path: '' }, admin)
    await tokens.add({ name: 'beside', role: 'read', path: 'inner2' }, admin)
    assert.is(await codeOf(tokens.add({ name: 'x', role: 'read', path: '' }, inner)), 'forbidden')
    assert.is(await codeOf(tokens.add({ name: 'x', role: 'read', path: 'inner2' }, inner)), 'forbidden')
    await tokens.add({ name: 'mine', role: 'admin', path: 'inner.second' }, inner)
    assert.equal(
      tokens.list(inner).map(({ name }) => name),
      ['mine'],
    )
    for (const name of ['root', 'beside', 'default']) {
      assert.is(await codeOf(tokens.remove(name, inner)), 'token_not_found')
    }
    await tokens.remove('mine', inner)
  })
})

test('a change that cannot be saved is none', async () => {
  await inWorld(async (world, tokens) => {
    const { token } = await tokens.add({ name: 'ci', role: 'read', path: '' }, admin)
    rmSync(world.dir, { recursive: true })
    assert.is(await codeOf(tokens.add({ name: 'other', role: 'read', path: '' }, admin)), 'save_failed')
    assert.is(await codeOf(tokens.remove('ci', admin)), 'save_failed')
    assert.ok(tokens.find(token))
    assert.equal(
      tokens.list(admin).map(({ name }) => name),
      ['ci', 'default'],
    )
  })
})

test('a file that is broken, or of a newer version, keeps the host from starting, and stays', async () => {
  for (const text of [
    '',
    '{',
    '{"v":2,"tokens":[]}',
    '{"v":1,"tokens":[{"name":"x"}]}',
    '{"v":1,"tokens":[],"more":1}',
    // It has the form of a time, and is none: the list of all tokens would be an error of the host's own.
    `{"v":1,"tokens":[{"name":"x","role":"read","path":"","hash":"${'a'.repeat(64)}","createdAt":"","expiresAt":"2026-11-20T10:00:00+05"}]}`,
  ]) {
    await inWorld(async world => {
      writeFileSync(world.paths.tokens, text)
      const error = await world.load().catch(error => error)
      assert.equal([error.code, error.message.includes(world.paths.tokens)], ['bad_settings', true], text)
      assert.is(readFileSync(world.paths.tokens, 'utf8'), text)
    })
  }
})

test.run()
