// The programs of ours that a test starts, in processes of their own: it names their files by `new URL(…, import.meta.url)`.
import type { Import } from '../source/code.ts'

export function startedBy(text: string): Import[] {
  return [...text.matchAll(/new URL\(\s*'(\.[^']+\.ts)',\s*import\.meta\.url,?\s*\)/g)].map(([, name = '']) => ({
    name,
    isType: false,
  }))
}
