// Metrics as Prometheus reads them, taken apart. Pure.

export type Sample = { labels: Record<string, string>; value: number }
export type Family = { name: string; type: string; help: string; samples: Sample[] }

/** Families without a sample are left out, and so is a line that is none. */
export function familiesIn(text: string): Family[] {
  const families = new Map<string, Family>()
  const of = (name: string) => {
    const family = families.get(name) ?? { name, type: 'untyped', help: '', samples: [] }
    families.set(name, family)
    return family
  }
  for (const line of text.split('\n')) {
    const [, what, about = '', rest = ''] = /^# (HELP|TYPE) (\S+) ?(.*)$/.exec(line) ?? []
    if (what === 'HELP') of(about).help = unescaped(rest)
    else if (what === 'TYPE') of(about).type = rest
    else {
      const [, name = '', labels = '', value = ''] =
        /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: -?\d+)?$/.exec(line) ?? []
      if (name !== '') of(name).samples.push({ labels: labelsIn(labels), value: Number(value) })
    }
  }
  return [...families.values()].filter(({ samples }) => samples.length > 0)
}

function labelsIn(text: string): Record<string, string> {
  const pairs = text.matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g)
  return Object.fromEntries([...pairs].map(([, name = '', value = '']) => [name, unescaped(value)]))
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_, next: string) => (next === 'n' ? '\n' : next))
}
