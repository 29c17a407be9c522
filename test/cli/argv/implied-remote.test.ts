import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { withRemote } from '../../../cli/argv/implied-remote.ts'
import { table } from '../../../cli/table.ts'

const of = (words: string) => {
  const [name = '', ...args] = words.split(' ')
  const spec = table.find(({ usage }) => usage.split(' ')[0] === name)
  if (!spec) throw new Error(`no command ${name}`)
  return withRemote(spec, args, word => ['local', 'origin'].includes(word)).args.join(' ')
}

test('withRemote() means the host on this machine where no remote is named', () => {
  const rows = {
    status: 'local',
    'status web': 'local web',
    'status origin': 'origin',
    'status origin web': 'origin web',
    'stop web': 'local web',
    'push web ./web': 'local web ./web',
    'scale web 3': 'local web 3',
    'call web add 1 2': 'local web add 1 2',
    'call origin web add 1 2': 'origin web add 1 2',
    'logs all': 'local all',
    'stop web api': 'local web api',
    'stop origin web api': 'origin web api',
  }
  for (const [words, wanted] of Object.entries(rows)) assert.is(of(words), wanted, words)
})

test('withRemote() takes the first word as a remote where all arguments are there, so that a mistyped one is told', () => {
  assert.is(of('runs orgin web'), 'orgin web')
  assert.is(of('up server.js'), 'server.js', 'a remote that may be left out is the matter of its command')
})

test.run()
