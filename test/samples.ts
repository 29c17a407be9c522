// Reads metrics as Prometheus' text format has them, strictly: each has its help and its type before it, and none is told twice.
import * as assert from 'uvu/assert'

/** @returns the values by name and labels, as they are written */
export function samplesOf(text: string): Map<string, number> {
  assert.ok(text.endsWith('\n'))
  const samples = new Map<string, number>()
  const types = new Map<string, string>()
  const helped = new Set<string>()
  for (const line of text.split('\n').filter(Boolean)) {
    const [, kind, about = '', rest = ''] = /^# (HELP|TYPE) (\w+) (.+)$/.exec(line) ?? []
    if (kind === 'HELP') helped.add(about)
    if (kind === 'TYPE') types.set(about, rest)
    if (kind) continue
    const [, key = '', name = '', value = ''] =
      /^((\w+)(?:\{(?:\w+="(?:[^"\\\n]|\\["\\n])*",?)*\})?) (-?[\d.e+-]+)$/.exec(line) ?? []
    assert.is.not(name, '', `a line that is none: ${line}`)
    assert.ok(helped.has(name), `${name} has a help`)
    assert.is(types.get(name), name.endsWith('_total') ? 'counter' : 'gauge', name)
    assert.is(samples.has(key), false, `${key} is told once`)
    assert.ok(Number.isFinite(Number(value)), line)
    samples.set(key, Number(value))
  }
  return samples
}
