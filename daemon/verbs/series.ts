// What makes the series of metrics, whatever text they become.

export type Labels = Readonly<Record<string, string | number>>
export type Series = { add(value: number, labels?: Labels): void }
type MakeOne = (name: string, help: string, labelNames?: readonly string[]) => Series
export type Make = { gauge: MakeOne; counter: MakeOne }
