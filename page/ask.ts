// A question in a dialog of the browser's own, which keeps the focus and closes by Escape.

type Question = {
  title: string
  text: string
  yes: string
  no: string
  /** What follows cannot be undone, or ends what runs. */
  hurts?: boolean
  /** Asks for a number. */
  number?: { label: string; value: number }
  /** What has to be typed before it can be answered. */
  type?: string
}

/** @returns undefined for "no" */
export async function ask(question: Question): Promise<{ number?: number } | undefined> {
  const { title, text, yes, no, hurts, number, type } = question
  const dialog = document.createElement('dialog')
  const form = part('form', { method: 'dialog' })
  const heading = part('h2', { id: 'ask-title' }, title)
  dialog.setAttribute('aria-labelledby', 'ask-title')
  const doIt = part('button', { value: 'yes', class: hurts ? 'danger' : 'primary' }, yes)
  const stop = part('button', { value: 'no', type: 'button' }, no)
  stop.addEventListener('click', () => dialog.close('no'))
  form.append(heading, part('p', {}, text))
  const field = number
    ? part('input', { type: 'number', min: '0', max: '1000', step: '1', required: '', value: String(number.value) })
    : type === undefined
      ? undefined
      : part('input', { type: 'text', autocomplete: 'off', spellcheck: 'false', 'aria-label': type, placeholder: type })
  if (field) {
    const label = part('label', {}, number?.label ?? '')
    label.append(field)
    form.append(label)
    if (type !== undefined) {
      doIt.disabled = true
      field.addEventListener('input', () => {
        doIt.disabled = field.value !== type
      })
    }
  }
  const buttons = part('div', { class: 'buttons' })
  buttons.append(doIt, stop)
  form.append(buttons)
  dialog.append(form)
  document.body.append(dialog)
  dialog.showModal()
  // It is about what was open: whoever goes back has left that.
  const moved = new AbortController()
  addEventListener('hashchange', () => dialog.close('no'), { signal: moved.signal })
  // What hurts is never one key away.
  if (hurts && !field) stop.focus()
  return await new Promise(resolve => {
    dialog.addEventListener('close', () => {
      moved.abort()
      dialog.remove()
      if (dialog.returnValue !== 'yes') resolve(undefined)
      else resolve(number && field ? { number: Number(field.value) } : {})
    })
  })
}

function part<T extends keyof HTMLElementTagNameMap>(
  tag: T,
  attributes: Readonly<Record<string, string>>,
  text?: string,
): HTMLElementTagNameMap[T] {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  if (text !== undefined) element.textContent = text
  return element
}
