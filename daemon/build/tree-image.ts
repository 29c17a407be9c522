// The image of a pushed folder: its tree, checked, placed, built and looked at.
import { mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { P8aError } from '../../protocol/errors.ts'
import { leadsOut, type Tree } from '../../protocol/tree.ts'
import { missingContents, placeTree } from '../image/contents.ts'
import { describeFolder } from '../image/folder.ts'
import { removeSealed, seal } from '../image/seal.ts'
import type { Chosen } from '../image/starts.ts'
import { type Content, hashOf, type NewImage, readImage } from '../image/store.ts'
import type { DataPaths } from '../system/paths.ts'
import { type Building, type BuildNeeds, buildFolder } from './build.ts'
import type { BuildOptions } from './plan.ts'

export type PushedTree = { tree: Tree; chosen: Chosen; options: BuildOptions; file: string }

let lastStaging = 0

/**
 * Makes the folder of a tree, out of the way, builds it, and looks at what starts in it.
 * @throws {P8aError} `bad_image`, `bad_config`, `build_failed`, `aborted`, `too_large`, `no_space`, `save_failed`
 */
export async function prepareTree(
  needs: BuildNeeds,
  { tree, chosen, options, file }: PushedTree,
  building: Building,
): Promise<{ image: NewImage; content: Content }> {
  const { paths, settings } = needs
  const hash = treeHash(tree, chosen, options)
  const known = await readImage(paths, hash).catch(() => undefined)
  if (known) return { image: known, content: { fill: refuseGone, discard: async () => {} } }
  const size = tree.reduce((sum, entry) => sum + ('link' in entry ? 0 : entry.size), 0)
  refuseLarge({ size, count: tree.length }, settings)
  await checkTree(paths, tree)
  const staging = join(paths.images, `.new-${hash}-tree-${++lastStaging}`)
  // As deep as it will lie, so that relative links lead where they will lead.
  const folder = join(staging, 'tree')
  const discard = async () => await removeSealed(staging).catch(() => {})
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await placeTree(paths, tree, folder)
    const installed = await buildFolder(needs, folder, { options, ...building })
    const found = await describeFolder(folder, chosen)
    await seal(folder)
    return {
      image: { hash, size, kind: 'service', format: 'folder', exports: [], file, installed, ...found },
      content: { fill: async into => await rename(folder, join(into, 'tree')), discard },
    }
  } catch (error) {
    await discard()
    throw error
  }
}

async function refuseGone(): Promise<never> {
  throw refused('its image was removed just now', 'Push it again')
}

/** The same tree, built and started in the same way by the same Node, is the same image. */
function treeHash(tree: Tree, chosen: Chosen, { build, noBuild = false, asIs = false }: BuildOptions): string {
  const lines = tree.map(entry =>
    JSON.stringify('link' in entry ? [entry.path, entry.link] : [entry.path, entry.hash, entry.x === true]),
  )
  const { entry, command, args } = chosen
  const made = asIs ? 'as-is' : [build, noBuild, process.versions.modules, process.platform, process.arch]
  return hashOf(JSON.stringify(['tree', lines.sort(), entry, command, args, made]))
}

function refuseLarge({ size, count }: { size: number; count: number }, settings: BuildNeeds['settings']): void {
  const { maxTreeBytes, maxTreeFiles } = settings
  if (size > maxTreeBytes) throw tooLarge(`it has ${size} bytes, the limit is ${maxTreeBytes}`, 'maxTreeBytes')
  if (count > maxTreeFiles) throw tooLarge(`it has ${count} files, the limit is ${maxTreeFiles}`, 'maxTreeFiles')
}

function tooLarge(why: string, setting: string): P8aError {
  return new P8aError('too_large', `Cannot push the folder: ${why}`, {
    hint: `Leave files out by .podignore, or raise ${setting} in host.json`,
    facts: { setting },
  })
}

async function checkTree(paths: DataPaths, tree: Tree): Promise<void> {
  const outside = tree.find(entry => 'link' in entry && leadsOut(entry))
  if (outside)
    throw refused(
      `the link ${JSON.stringify(outside.path)} leads out of it`,
      'Put what it leads to into the folder',
      outside.path,
    )
  const seen = new Set<string>()
  for (const { path } of tree) {
    if (seen.has(path)) throw refused(`${JSON.stringify(path)} is in it twice`, 'Send each path once', path)
    seen.add(path)
  }
  // What is below a link would lie where the link leads.
  for (const { path } of tree) {
    const above = parents(path).find(parent => seen.has(parent))
    if (above === undefined) continue
    const isLink = tree.some(entry => entry.path === above && 'link' in entry)
    throw refused(`${JSON.stringify(path)} lies below a ${isLink ? 'link' : 'file'}`, 'Send it where it lies', path)
  }
  const missing = await missingContents(
    paths,
    tree.flatMap(entry => ('link' in entry ? [] : [entry.hash])),
  )
  if (missing.length > 0)
    throw refused(
      `${missing.length} of its files are not here`,
      'Send the bytes of the files that pod.push.missing names first',
    )
}

function parents(path: string): string[] {
  const parts = path.split('/')
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
}

function refused(why: string, hint: string, file?: string): P8aError {
  return new P8aError('bad_image', `Cannot push the folder: ${why}`, {
    hint,
    facts: file === undefined ? {} : { file },
  })
}
