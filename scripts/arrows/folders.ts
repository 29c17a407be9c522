// The table "Who may import whom" of docs/DESIGN.md: which top folder may import which, which packages, and what of Node.
import { codesIn, tableIn } from '../source/design.ts'
import { reachedAtRuntime, targetOf } from '../source/graph.ts'
import type { Project } from './project.ts'

type Rule = { folder: string; ours: Allowed; packages: Allowed; node: Allowed }

/** Names that are allowed, or everything. */
type Allowed = readonly string[] | 'any'

/** One line for each import that the table does not allow. */
export function checkFolders({ page, codes, graph }: Project): string[] {
  const rules = tableIn(page, '## Who may import whom').map(readRule)
  const complaints = [...codes].flatMap(([file, { imports }]) => {
    const rule = rules.find(({ folder }) => file.startsWith(folder))
    if (!rule) return [`${file}: the table "Who may import whom" has no row for it`]
    const wrong = imports.filter(({ name }) => !isAllowed(rule, { file, name }))
    return wrong.map(({ name }) => `${file}: ${rule.folder} may not import ${name}`)
  })
  const bare = rules.filter(({ packages }) => packages !== 'any' && packages.length === 0)
  return [...complaints, ...bare.flatMap(rule => reachedPackages(rule))]

  /** What is free of packages reaches none by a way round. */
  function reachedPackages({ folder }: Rule): string[] {
    const inside = [...codes.keys()].filter(file => file.startsWith(folder))
    const reached = new Set(inside.flatMap(file => [...reachedAtRuntime(graph, file)]))
    return [...reached].flatMap(file => {
      const packages =
        codes.get(file)?.imports.filter(({ name, isType }) => !isType && kindOf(name) === 'packages') ?? []
      return packages.map(({ name }) => `${file}: ${folder} reaches it, and may not reach the package ${name}`)
    })
  }
}

function readRule([folder, ours, packages, node]: string[]): Rule {
  return { folder: codesIn(folder)[0] ?? '', ours: allowed(ours), packages: allowed(packages), node: allowed(node) }
}

function allowed(cell = ''): Allowed {
  return /^any/.test(cell) ? 'any' : codesIn(cell)
}

function isAllowed(rule: Rule, { file, name }: { file: string; name: string }): boolean {
  const target = targetOf(file, name)
  if (target === undefined) return allows(rule[kindOf(name)], names => names.includes(name))
  // A file beside all folders, which is package.json.
  const isAtRoot = !target.includes('/')
  return (
    isAtRoot || target.startsWith(rule.folder) || allows(rule.ours, names => names.some(to => target.startsWith(to)))
  )
}

function allows(allowed: Allowed, isIn: (names: readonly string[]) => boolean): boolean {
  return allowed === 'any' || isIn(allowed)
}

function kindOf(name: string): 'ours' | 'packages' | 'node' {
  if (name.startsWith('node:')) return 'node'
  return name.startsWith('.') || name === 'p8a' || name.startsWith('p8a/') ? 'ours' : 'packages'
}
