// Pods as the text of a manifest. It writes no file.
import { Document } from 'yaml'
import type { Draft } from './imported.ts'

/** @param options.project its name @param options.source the file that it comes from */
export function manifestText(pods: ReadonlyMap<string, Draft>, { source }: { source: string }): string {
  const document = new Document({ pods: Object.fromEntries(pods) })
  document.commentBefore = [
    ` Made of ${source} by "pod import".`,
    ...([...pods.values()].some(({ link }) => link)
      ? [
          ' link: the folder is used where it is, as before. Without it, each "pod up" stores a version, which another host can have too.',
        ]
      : []),
  ].join('\n')
  return document.toString({ lineWidth: 120 })
}
