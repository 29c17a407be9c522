import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { beginning, type Top } from '../../../cli/top/state.ts'
import { type Look, pageOf, view, whyText } from '../../../cli/top/view.ts'
import { Cut } from '../../../cli/top/wrap.ts'
import { fullName } from '../../../protocol/pod-order.ts'
import { podStatus, runStatus } from '../../pod-status.ts'

const nowMs = Date.parse('2026-11-20T10:05:00.000Z')
const look: Look = { columns: 80, rows: 9, nowMs, paint: (_style, text) => text, cut: await Cut.load() }
const cause = { text: 'exit code 7', run: 'bot.4', reason: 'exited', at: '2026-11-20T10:00:00.000Z' } as const
const pods = new Map(
  [
    podStatus('bot', { status: 'error', want: 'up', restarts: 5, cause, retryAt: '2026-11-20T10:05:30.000Z' }),
    podStatus('web', { text: 'serving 12 users', runs: [runStatus('web.1', { upAt: '2026-11-20T10:00:00.000Z' })] }),
  ].map(pod => [fullName(pod), pod]),
)
const usage = new Map([['web', { cpu: 2.34, memory: 50 * 1024 * 1024 }]])
const top: Top = { ...beginning('local'), pods, usage }

test('view() is the whole screen: counts, a line for each pod, the chosen one in a few words, keys', () => {
  assert.equal(view(top, look), [
    'local  2 pods: 1 error, 1 up  by trouble',
    '  NAME  STATUS   RUNS   CPU     MEM     UPTIME  RST   VER    TEXT',
    '> bot   error    0/1    -       -       -       5     v1     exit code 7; next …',
    '  web   up       1/1    2.3%    50 MB   5m      0     v1     serving 12 users',
    '',
    '',
    '',
    'bot  exit code 7; next try in 30s',
    'Enter log  r restart  s stop  u start  / filter  o order  ? help  q quit',
  ])
})

test('view() never has a row that is too wide, or too many, however small the screen is', () => {
  const long = podStatus(`w${'日'.repeat(60)}`, { text: '\u001b[2Jx'.repeat(50) })
  const wide: Top = { ...top, pods: new Map([...pods, [long.name, long]]) }
  const modes: Top['mode'][] = [
    { is: 'table' },
    { is: 'help' },
    { is: 'filter', before: '' },
    { is: 'question', verb: 'stop', pod: long.name },
    { is: 'log', pod: 'web', lines: Array.from({ length: 40 }, (_, at) => `${at} ${'x'.repeat(at * 9)}`), back: 3 },
  ]
  for (const mode of modes) {
    for (const [columns, rows] of [
      [200, 50],
      [80, 24],
      [20, 5],
      [1, 1],
    ] as const) {
      const lines = view({ ...wide, mode }, { ...look, columns, rows })
      assert.is(lines.length, rows)
      for (const line of lines) {
        assert.ok(look.cut.width(line) <= Math.max(columns, 2), `${mode.is} at ${columns}: ${line}`)
        assert.not.match(line, '\u001b[2J')
      }
    }
  }
})

test('view() keeps the chosen pod on the screen', () => {
  const many = new Map(Array.from({ length: 100 }, (_, at) => podStatus(`p${at + 100}`)).map(pod => [pod.name, pod]))
  const page = pageOf(look.rows)
  for (const chosen of ['p100', 'p150', 'p199']) {
    const lines = view({ ...top, pods: many, chosen }, look)
    assert.ok(
      lines.some(line => line.startsWith(`> ${chosen} `)),
      chosen,
    )
    assert.is(lines.filter(line => /^[> ] p\d/.test(line)).length, page)
  }
})

test('view() says what is asked, typed and missing, and that the host is away', () => {
  const last = (more: Partial<Top>) => view({ ...top, ...more }, look).at(-1)
  assert.is(last({ mode: { is: 'question', verb: 'restart', pod: 'web' } }), 'Restart web? y/n')
  const long = { ...look, columns: 20 }
  const asked = view({ ...top, mode: { is: 'question', verb: 'stop', pod: 'a-very-long-name-of-a-pod' } }, long).at(-1)
  assert.is(asked, 'Stop a-very-lo…? y/n', 'what is asked for is not cut off')
  assert.match(last({ mode: { is: 'filter', before: '' }, filter: 'we' }) ?? '', /^\/we_ /)
  assert.match(view({ ...top, filter: 'zzz' }, look).join('\n'), 'No pod has "zzz"; Escape shows all')
  const lost = view({ ...top, link: { is: 'lost', sinceMs: nowMs - 12_000 } }, look)
  assert.match(lost[0] ?? '', /^The host has been away for 12 s, trying again/)
  assert.match(lost.join('\n'), 'serving 12 users')
})

test('view() of a log has its last rows, and earlier ones once it is scrolled back', () => {
  const lines = Array.from({ length: 30 }, (_, at) => `line ${at}`)
  const shown = (back: number) => view({ ...top, mode: { is: 'log', pod: 'web', lines, back } }, look).slice(1, -2)
  assert.equal([shown(0)[0], shown(0).at(-1)], ['line 24', 'line 29'])
  assert.equal([shown(10)[0], shown(10).at(-1)], ['line 14', 'line 19'])
})

test('whyText() has the trouble before what the pod says of itself', () => {
  const [bot, web] = [...pods.values()]
  assert.ok(bot && web)
  assert.is(whyText(bot, nowMs), 'exit code 7; next try in 30s')
  assert.is(whyText(web, nowMs), 'serving 12 users')
  assert.is(whyText({ ...web, problem: 'bad file' }, nowMs), 'bad file')
})

test.run()
