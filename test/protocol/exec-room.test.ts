import { spawnSync } from 'node:child_process'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as v from 'valibot'
import { configSchema } from '../../protocol/config.ts'
import {
  argumentsProblem,
  maxEnvBytes,
  maxTextBytes,
  variableProblem,
  variablesProblem,
} from '../../protocol/exec-room.ts'

/** What comes of a program with these variables. */
function spawned(env: Record<string, string>): string | undefined {
  return (spawnSync('/bin/true', { env }).error as NodeJS.ErrnoException | undefined)?.code
}

test('variableProblem() allows what the system takes, and nothing that it refuses', () => {
  const most = 'x'.repeat(maxTextBytes - 'BIG='.length)
  assert.is(variableProblem('BIG', most), undefined)
  assert.is(spawned({ BIG: most }), undefined)
  assert.match(variableProblem('BIG', `${most}x`) ?? '', /^has 131072 bytes/)
  if (process.platform === 'linux') assert.is(spawned({ BIG: `${most}x` }), 'E2BIG')
})

test('variablesProblem() leaves room for those of the code, those of the start and the arguments', () => {
  const many = Object.fromEntries(Array.from({ length: 5 }, (_, at) => [`V${at}`, 'x'.repeat(100_000)]))
  assert.is(variablesProblem(many), undefined)
  assert.match(variablesProblem({ ...many, W: 'x'.repeat(100_000) }) ?? '', new RegExp(`up to ${maxEnvBytes}$`))
})

test('argumentsProblem() names the argument that is too long, and knows what all of them have', () => {
  assert.is(argumentsProblem(['a', 'x'.repeat(maxTextBytes)]), undefined)
  assert.match(argumentsProblem(['a', 'x'.repeat(maxTextBytes + 1)]) ?? '', /^argument 2 has/)
  assert.match(argumentsProblem(Array.from({ length: 6 }, () => 'x'.repeat(100_000))) ?? '', /^its arguments have/)
})

test('a config is refused where its env could not be given to a program', () => {
  const problem = (env: Record<string, string>) => v.safeParse(configSchema, { env }).issues?.[0]?.message
  assert.match(problem({ BIG: 'x'.repeat(150_000) }) ?? '', /^has 150004 bytes/)
  const many = Object.fromEntries(Array.from({ length: 6 }, (_, at) => [`V${at}`, 'x'.repeat(100_000)]))
  assert.match(problem(many) ?? '', /^have 600/)
})

test.run()
