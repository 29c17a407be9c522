// What other tools call things leads to commands and options that are here.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { commandElsewhere, optionElsewhere } from '../../../cli/argv/elsewhere.ts'
import { foreignOption } from '../../../cli/argv/foreign.ts'
import { argsOf, commandsWith, flagsOf, match, nameOf } from '../../../cli/argv/grammar.ts'
import { habitOf, pairAsWritten } from '../../../cli/argv/other-options.ts'
import { walk } from '../../../cli/argv/walk.ts'
import { table } from '../../../cli/table.ts'
import { commandText, hintText, type Step, takesRemote } from '../../../protocol/hint.ts'
import { habits, tools } from './other-tools.ts'

test('commandElsewhere() names a command of ours, or says what to do, for words of other tools', async () => {
  for (const word of [
    'ps',
    'delete',
    'monit',
    'save',
    'enable',
    'exec',
    'run',
    'compose',
    'startOrReload',
    'pid',
    'is-active',
  ]) {
    const hint = await commandElsewhere(word)
    assert.ok((hintText(hint ?? []) ?? '').length > 10, word)
  }
})

test('commandElsewhere() names the pod that was typed', async () => {
  const said = async (word: string, ...typed: string[]) => hintText((await commandElsewhere(word, typed)) ?? []) ?? ''
  assert.match(await said('describe', 'local', 'web'), /: pod status REMOTE web;/)
  assert.match(await said('delete', 'web'), /: pod remove REMOTE web$/)
  assert.match(await said('exec', 'web'), /: pod call REMOTE web FUNCTION;/)
  assert.match(await said('ps', 'aux'), /: pod status REMOTE$/)
  for (const tool of ['systemctl', 'sv', 'supervisorctl'])
    assert.match(
      await said(tool, 'restart', 'web'),
      /The word behind it is a command of pod itself.*: pod status REMOTE$/,
    )
  assert.match(await said('foreman', 'start'), /: pod import Procfile; then: pod up$/)
})

test('every command of other tools is one of ours, or leads to one', async () => {
  for (const [tool, words] of Object.entries(tools)) {
    for (const word of words) {
      if (word === 'help') continue
      const steps = await commandElsewhere(word)
      if (steps) for (const step of steps) leadsOn(step, `${tool} ${word}`)
      else assert.ok(isOurs([word]), `${tool} ${word}`)
    }
  }
})

test('every option that is a habit is one of ours, or leads to something that there is', () => {
  for (const [name, options] of Object.entries(habits)) {
    const { spec } = match(table, name.split(' '))
    for (const typed of options) {
      const option = typed.replace(/^--?/, '')
      const isKnown = flagsOf(spec).some(
        flag => flag.name === option || (flag.short === option && !typed.startsWith('--')),
      )
      if (isKnown) continue
      const same = optionElsewhere(option)
      const steps = habitOf(name, option) ?? foreignOption(option, { isShort: !typed.startsWith('--') })?.steps
      if (steps) for (const step of steps) leadsOn(step, `pod ${name} ${typed}`)
      else assert.ok(same !== undefined && flagsOf(spec).some(flag => flag.name === same), `pod ${name} ${typed}`)
    }
  }
})

test('pairAsWritten() knows how a number of runs is written', () => {
  assert.is(hintText(pairAsWritten('scale', ['local', 'web=3']) ?? []), 'Write it as: pod scale REMOTE web 3')
  assert.equal([pairAsWritten('scale', ['web']), pairAsWritten('stop', ['web=3'])], [undefined, undefined])
})

function isOurs(words: readonly string[]): boolean {
  try {
    match(table, words)
    return true
  } catch (error) {
    // `pod image` begins others, and they are named.
    return (error as { hint?: string }).hint?.startsWith('There are') === true
  }
}

/** The command of a step is taken as it is typed, and the commands and options in its text are there. */
function leadsOn({ text, do: command }: Step, where: string): void {
  for (const [, words = ''] of text.matchAll(/(?:: |^|")pod ([a-z]+(?: [a-z]+)?)/g)) {
    assert.ok(isOurs(words.split(' ')) || isOurs(words.split(' ').slice(0, 1)), `${where}: pod ${words}`)
  }
  for (const [, option = ''] of text.matchAll(/--([a-z-]+)/g)) {
    assert.ok(commandsWith(table, option).length > 0, `${where}: --${option}`)
  }
  if (!command || command.verb === 'help') return
  const { spec } = match(table, command.verb.split(' '))
  const given = Object.entries(command.options ?? {}).flatMap(([name, value]) =>
    value === true ? [`--${name}`] : [`--${name}`, value],
  )
  const { args } = walk([...(command.args ?? []), ...given], { flags: flagsOf(spec), params: false })
  const wanted = argsOf(spec).slice(takesRemote(command) ? 1 : 0)
  const least = wanted.filter(arg => arg.isRequired).length
  const most = wanted.some(arg => arg.isVariadic) ? Number.POSITIVE_INFINITY : wanted.length
  assert.ok(args.length >= least && args.length <= most, `${where}: ${commandText(command)}`)
}

test('commandElsewhere() has nothing for words of our own, nor for what every object has', async () => {
  for (const spec of table) assert.is(await commandElsewhere(nameOf(spec)), undefined, nameOf(spec))
  for (const word of ['', 'constructor', 'toString', '__proto__', 'nonsense'])
    assert.equal([await commandElsewhere(word), optionElsewhere(word)], [undefined, undefined], word)
})

test('optionElsewhere() names options that there are', () => {
  for (const word of ['instances', 'cron', 'since', 'workdir', 'max-restarts', 'detached', 'stats'])
    assert.ok(commandsWith(table, optionElsewhere(word) ?? '').length > 0, word)
})

test.run()
