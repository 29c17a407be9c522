import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { argsOf, flagsOf, match, nameOf, usageStep } from '../../../cli/argv/grammar.ts'
import { table } from '../../../cli/table.ts'
import type { P8aError } from '../../../protocol/errors.ts'
import { commandText, takesRemote, verbs } from '../../../protocol/hint.ts'

test('match() tries two words before one, and knows aliases', () => {
  const found = (...words: string[]) => {
    const { spec, words: count } = match(table, words)
    return [nameOf(spec), count]
  }
  assert.equal(found('host', 'status'), ['host status', 2])
  assert.equal(found('status', 'host'), ['status', 1])
  assert.equal(found('remote', 'rm', 'origin'), ['remote remove', 2])
  assert.equal(found('ls', 'local'), ['status', 1])
})

test('match() names the command that was meant, or where all are', () => {
  const hint = (...words: string[]) => {
    try {
      return match(table, words).words
    } catch (error) {
      return (error as P8aError).hint
    }
  }
  assert.is(hint('stat'), 'Did you mean "pod status"?')
  assert.is(hint('constructor'), 'All commands: pod help')
})

test('argsOf() reads what a line of usage needs, allows and repeats', () => {
  const args = (...words: string[]) =>
    argsOf(match(table, words).spec).map(arg => `${arg.name}${arg.isRequired ? '!' : ''}${arg.isVariadic ? '*' : ''}`)
  assert.equal(args('call'), ['remote!', 'name!', 'fn!', 'args*'])
  assert.equal(args('logs'), ['remote!', 'names*'])
  assert.equal(args('stop'), ['remote!', 'names!*'])
  assert.equal(args('host', 'token'), [])
})

test('flagsOf() knows the whole name of every option, also with a digit in it', () => {
  for (const spec of table) {
    const names = (spec.flags ?? []).map(
      ([text]) =>
        text
          .replace(/^-\w, /, '')
          .slice(2)
          .split(' ')[0],
    )
    assert.equal(
      flagsOf(spec)
        .map(({ name }) => name)
        .slice(-names.length || Number.POSITIVE_INFINITY),
      names,
      nameOf(spec),
    )
  }
  assert.ok(flagsOf(match(table, ['import']).spec).some(({ name }) => name === 'from-pm2'))
})

test('every command can be named in a hint, with its remote where it takes one', () => {
  const spoken = verbs.filter(verb => verb !== 'help' && verb !== 'remote pin')
  const names = table.map(nameOf).filter(name => name !== 'remote pin')
  assert.equal([...spoken].sort(), names.sort())
  for (const verb of spoken) {
    const spec = table.find(spec => nameOf(spec) === verb)
    const first = spec && argsOf(spec)[0]
    assert.is(takesRemote({ verb }), first?.name === 'remote' && first.isRequired, verb)
  }
})

test('usageStep() has the line of usage as it is typed', () => {
  for (const spec of table) {
    const { text, do: command } = usageStep(spec)
    assert.equal([text, command && commandText(command)], ['Usage', `pod ${spec.usage}`])
  }
})

test.run()
