// Chooses the words: the language of the reader, and the form for a number.
import { en } from './en.ts'
import { fr } from './fr.ts'
import type { Key, Words } from './keys.ts'
import { ru } from './ru.ts'

export const languages = { en, ru, fr } as const satisfies Record<string, Words>
export type Language = keyof typeof languages

/** Each in its own words. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', ru: 'Русский', fr: 'Français' }

/** Says a text; `count` decides over its form. */
export type Say = (key: Key, values?: Readonly<Record<string, string | number>>) => string

/** The first of the wanted languages that there is, else English. */
export function chooseLanguage(wanted: readonly string[]): Language {
  const found = wanted.map(tag => tag.toLowerCase().split('-', 1)[0]).find(isLanguage)
  return found ?? 'en'
}

export function isLanguage(text: string | undefined): text is Language {
  return text !== undefined && Object.hasOwn(languages, text)
}

export function sayIn(language: Language): Say {
  const words: Words = languages[language]
  const rules = new Intl.PluralRules(language)
  const number = new Intl.NumberFormat(language)
  return (key, values = {}) => {
    const text = words[key]
    const form = typeof text === 'string' ? text : (text[rules.select(Number(values.count))] ?? text.other)
    return form.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = values[name]
      return typeof value === 'number' && name === 'count' ? number.format(value) : String(value ?? '')
    })
  }
}
