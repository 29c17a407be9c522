// What the checks look at: the page with the rules, and the sources as data.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Code, readCode } from '../source/code.ts'
import { readDesign } from '../source/design.ts'
import { sourceFiles } from '../source/files.ts'
import { type Graph, graphOf } from '../source/graph.ts'

export type Project = {
  /** The text of docs/DESIGN.md. */
  page: string
  codes: ReadonlyMap<string, Code>
  graph: Graph
}

/** The project below `root`. */
export async function readProject(root: string): Promise<Project> {
  const files = sourceFiles(root).map(file => [file, readFileSync(join(root, file), 'utf8')] as const)
  return await projectOf(readDesign(root), new Map(files))
}

/** A project of `page` and of `texts` by path. */
export async function projectOf(page: string, texts: ReadonlyMap<string, string>): Promise<Project> {
  const codes = await Promise.all([...texts].map(async ([file, text]) => [file, await readCode(text)] as const))
  const byFile = new Map(codes)
  return { page, codes: byFile, graph: graphOf(byFile) }
}
