// Who imports whom among the source files, and the circles in that.
import { posix } from 'node:path'
import type { Code } from './code.ts'

/** An arrow from a file to another one. */
export type Arrow = { to: string; isType: boolean }

/** Files to what they import of the same files; other imports are left out. */
export type Graph = ReadonlyMap<string, readonly Arrow[]>

export function graphOf(codes: ReadonlyMap<string, Code>): Graph {
  const arrows = [...codes].map(([file, { imports }]) => {
    const found = imports.map(({ name, isType }) => ({ to: targetOf(file, name), isType }))
    return [file, found.filter((arrow): arrow is Arrow => arrow.to !== undefined && codes.has(arrow.to))] as const
  })
  return new Map(arrows)
}

/** The path that a relative import means, or undefined for a package. */
export function targetOf(file: string, name: string): string | undefined {
  return name.startsWith('.') ? posix.join(posix.dirname(file), name) : undefined
}

/** All files that `file` reaches, itself too, by arrows that are there when the program runs. */
export function reachedAtRuntime(graph: Graph, file: string): Set<string> {
  const reached = new Set([file])
  for (const next of reached) {
    for (const { to, isType } of graph.get(next) ?? []) if (!isType) reached.add(to)
  }
  return reached
}

/**
 * The circles: sets of files of which each reaches each other one, types counted. Tarjan's algorithm.
 * https://en.wikipedia.org/wiki/Tarjan%27s_strongly_connected_components_algorithm
 */
export function circlesOf(graph: Graph): string[][] {
  const indexes = new Map<string, number>()
  const lowest = new Map<string, number>()
  const open: string[] = []
  const circles: string[][] = []
  for (const file of graph.keys()) if (!indexes.has(file)) visit(file)
  return circles

  function visit(file: string): void {
    const index = indexes.size
    indexes.set(file, index)
    open.push(file)
    let low = index
    for (const { to } of graph.get(file) ?? []) {
      if (!indexes.has(to)) visit(to)
      if (open.includes(to)) low = Math.min(low, lowest.get(to) ?? indexes.get(to) ?? low)
    }
    lowest.set(file, low)
    if (low !== index) return
    const circle = open.splice(open.indexOf(file))
    const isSelf = graph.get(file)?.some(({ to }) => to === file)
    if (circle.length > 1 || isSelf) circles.push(circle.sort())
  }
}
