// A program as people have it: what lies in its folder, how it is pushed and started, and what shows that it works.

export type Program = {
  name: string
  /** npm packages, each in its newest version unless it has one; the first is the one that the table names. */
  packages?: readonly string[]
  devPackages?: readonly string[]
  /** What else `package.json` has; without it there is no `package.json`. */
  manifest?: Readonly<Record<string, unknown>>
  files: Readonly<Record<string, string>>
  /** The folder or file that is pushed, and options; default `.`. */
  push?: readonly string[]
  start?: readonly string[]
  /** Where it answers, by HTTP at its variable `PORT`, and a part of the answer; without it, it has no port. */
  answers?: { path?: string; with: string; withinS?: number }
  /** What its log must have. */
  logs?: string
  /** What is typed after `pm2 start`, once its packages are installed and it is built; without it, PM2 is not tried. */
  pm2?: readonly string[]
}
