// What a table of words is: texts by key, with places for values in braces. A text that counts has a form for each number.

export type Text = string | (Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string })

export type Table = Readonly<Record<string, Text>>
