// The pages that name tests name those that there are.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { root } from '../paths.ts'

const named = (page: string) =>
  [...readFileSync(join(root, 'docs', page), 'utf8').matchAll(/`([\w/.-]+\.test\.ts)`/g)].map(([, file = '']) => file)

test('FAULTS.md names tests that there are, by their paths', () => {
  assert.equal(
    named('FAULTS.md').filter(file => !existsSync(join(root, 'test', file))),
    [],
  )
})

test('RELIABILITY.md names tests that there are, those of test/e2e by their names', () => {
  const folders = ['e2e', 'daemon', 'daemon/lifecycle', 'scripts', 'shim', '.', '..']
  assert.equal(
    named('RELIABILITY.md').filter(file => !folders.some(folder => existsSync(join(root, 'test', folder, file)))),
    [],
  )
})

test.run()
