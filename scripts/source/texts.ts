// The texts in a source file: what stands in quotes, without comments. It judges none.
import { stripTypeScriptTypes } from 'node:module'
import { parse } from 'acorn'
import { simple } from 'acorn-walk'

/** Of a template each part by itself. */
export function textsIn(code: string): string[] {
  const tree = parse(stripTypeScriptTypes(code), { ecmaVersion: 'latest', sourceType: 'module', allowHashBang: true })
  const texts: string[] = []
  simple(tree, {
    Literal: ({ value }) => {
      if (typeof value === 'string') texts.push(value)
    },
    TemplateElement: ({ value }) => void texts.push(value.cooked ?? value.raw),
  })
  return texts
}
