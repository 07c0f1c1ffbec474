export interface StructuredData {
  /** Parameters by element. */
  readonly data: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** What comes after it. */
  readonly rest: string
}

const ELEMENT = /\[([^\s=\]"]{1,255})((?: [^\s=\]"]{1,255}="(?:[^"\\\]]|\\.)*")*)\]/sy
const PARAMETER = / ([^\s=\]"]{1,255})="((?:[^"\\\]]|\\.)*)"/gs

/** Reads the structured data that a text begins with [RFC 5424 6.3]; `undefined` if it begins with none. */
export function readStructuredData(text: string): StructuredData | undefined {
  if (text === '' || text === '-') return { data: {}, rest: '' }
  if (text.startsWith('- ')) return { data: {}, rest: text.slice(2) }
  const elements: [string, Readonly<Record<string, string>>][] = []
  let at = 0
  for (let element = elementAt(text, at); element; element = elementAt(text, at)) {
    elements.push([element[1] ?? '', parametersOf(element[2] ?? '')])
    at += element[0].length
  }
  if (at === 0 || (at < text.length && text[at] !== ' ')) return undefined
  return { data: Object.fromEntries(elements), rest: text.slice(at + 1) }
}

function elementAt(text: string, at: number): RegExpExecArray | null {
  ELEMENT.lastIndex = at
  return ELEMENT.exec(text)
}

function parametersOf(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Array.from(text.matchAll(PARAMETER), ([, name = '', value = '']) => [name, value.replaceAll(/\\(["\\\]])/g, '$1')]),
  )
}
