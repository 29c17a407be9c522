// The tables "Floors of" in docs/DESIGN.md: within a folder each floor imports only those below it.
import { codesIn, headingsIn, tableIn } from '../source/design.ts'
import type { Project } from './project.ts'

const heading = '### Floors of '

type Floors = {
  folder: string
  /** What stands on each floor, from the top: files and folders. */
  floors: string[][]
  /** All of that, the longest first. */
  places: string[]
  /** Arrows that are allowed on a floor. */
  beside: [from: string, to: string][]
}

/** One line for each import that goes up, or aside where that is not allowed; and for each place that has no floor. */
export function checkFloors({ page, graph }: Project): string[] {
  return headingsIn(page, heading).flatMap(title => {
    const house = readFloors(page, title)
    const inside = [...graph].filter(([file]) => file.startsWith(house.folder))
    const empty = house.floors.flat().filter(place => !inside.some(([file]) => placeOf(house, file) === place))
    return [
      ...empty.map(place => `docs/DESIGN.md: there is nothing in ${house.folder}${place}, which has a floor`),
      ...inside.flatMap(([file, arrows]) => {
        if (placeOf(house, file) === undefined) return [`${file}: ${house.folder} has no floor for it`]
        const targets = [...new Set(arrows.map(({ to }) => to))].filter(to => to.startsWith(house.folder))
        return targets
          .filter(to => !isDown(house, { file, to }))
          .map(to => `${file}: may not import ${to}, by its floor`)
      }),
    ]
  })
}

function readFloors(page: string, title: string): Floors {
  const rows = tableIn(page, `${heading}${title}`)
  const beside = rows.flatMap(([, cell = '']) => [...cell.matchAll(/`([^`]+)` → `([^`]+)`/g)])
  const floors = rows.map(([cell]) => codesIn(cell))
  return {
    folder: codesIn(title)[0] ?? '',
    floors,
    places: floors.flat().sort((a, b) => b.length - a.length),
    beside: beside.map(([, from = '', to = '']) => [from, to]),
  }
}

function isDown(house: Floors, { file, to }: { file: string; to: string }): boolean {
  const [from, target] = [placeOf(house, file), placeOf(house, to)]
  if (from === undefined || target === undefined || from === target) return true
  const [above, below] = [from, target].map(place => house.floors.findIndex(floor => floor.includes(place)))
  if (above !== below) return Number(above) < Number(below)
  return house.beside.some(([allowedFrom, allowedTo]) => allowedFrom === from && allowedTo === target)
}

/** Where a file stands: the longest of the places that it is in. */
function placeOf({ folder, places }: Floors, file: string): string | undefined {
  const path = file.slice(folder.length)
  return places.find(place => (place.endsWith('/') ? path.startsWith(place) : path === place))
}
