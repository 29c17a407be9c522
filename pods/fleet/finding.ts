// What is wrong with a fleet, for people.

export type Finding = { level: 'error' | 'warn'; text: string }

export const error = (text: string): Finding => ({ level: 'error', text })
export const warn = (text: string): Finding => ({ level: 'warn', text })
