// JSX with a function of one's own in place of a framework: it is compiled at push.
//   pod push local page etc/examples/page.jsx
//   pod start local page
//   pod call local page render Ann            prints <h1 class="big">Hello Ann</h1>
/** @jsxRuntime classic */
/** @jsx h */

// biome-ignore lint/correctness/noUnusedVariables: JSX is compiled to calls of it
function h(tag, attributes, ...children) {
  const text = Object.entries(attributes ?? {}).map(([name, value]) => ` ${name}="${value}"`)
  return `<${tag}${text.join('')}>${children.join('')}</${tag}>`
}

export const render = name => <h1 class="big">Hello {name}</h1>

export default async () => {}
