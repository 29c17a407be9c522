// The patterns by which a workspace names the folders of its packages: `packages/*`, `apps/**`, `{a,b}`, `!packages/old`.

/** Whether a folder, relative to the workspace and with `/`, is named by the patterns; a later one goes before an earlier one. */
export function matcherOf(patterns: readonly string[]): (path: string) => boolean {
  const rules = patterns.map(pattern => ({
    isOut: pattern.startsWith('!'),
    expression: expressionOf(pattern.replace(/^!/, '').replace(/^\.?\/+|\/+$/g, '')),
  }))
  return path => rules.reduce((isIn, { isOut, expression }) => (expression.test(path) ? !isOut : isIn), false)
}

function expressionOf(pattern: string): RegExp {
  const body = pattern.replace(/\*\*\/|\*\*|\*|\?|\{|\}|,|[.+^$()|[\]\\]/g, token => {
    switch (token) {
      case '**/':
        return '(?:.+/)?'
      case '**':
        return '.+'
      case '*':
        return '[^/]+'
      case '?':
        return '[^/]'
      case '{':
        return '(?:'
      case '}':
        return ')'
      case ',':
        return '|'
      default:
        return `\\${token}`
    }
  })
  return new RegExp(`^${body}$`)
}
