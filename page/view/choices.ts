// What a reader chooses for their own eyes: language and colors.
import type { VNode } from 'preact'
import { isLanguage, languageNames } from '../words/words.ts'
import type { Desk, Theme } from './desk.ts'
import { html } from './html.ts'

const themes: readonly Theme[] = ['auto', 'light', 'dark']

export function Choices({ desk }: { desk: Desk }): VNode {
  const { say, language, theme } = desk
  const onLanguage = (event: Event) => {
    const { value } = event.target as HTMLSelectElement
    if (isLanguage(value)) desk.speak(value)
  }
  const onTheme = (event: Event) => {
    const chosen = themes.find(one => one === (event.target as HTMLSelectElement).value)
    if (chosen) desk.paint(chosen)
  }
  return html`<div class="choices">
    <label>
      <span class="hidden">${say('language.label')}</span>
      <select onChange=${onLanguage}>
        ${Object.entries(languageNames).map(
          ([tag, name]) =>
            html`<option key=${tag} value=${tag} lang=${tag} selected=${tag === language}>${name}</option>`,
        )}
      </select>
    </label>
    <label>
      <span class="hidden">${say('theme.label')}</span>
      <select onChange=${onTheme}>
        ${themes.map(one => html`<option key=${one} value=${one} selected=${one === theme}>${say(`theme.${one}`)}</option>`)}
      </select>
    </label>
  </div>`
}
