/** Which component the messages of which programs are about; absent members are any. */
export interface LogRule {
  /** A name, or the beginning of several and `*`. */
  readonly program?: string
  readonly host?: string
  readonly componentId: string
}

/** The component that the first rule which fits is about. */
export function componentFor(
  rules: readonly LogRule[],
  { program, host }: { readonly program?: string; readonly host?: string },
): string | undefined {
  return rules.find((rule) => fits(rule.program, program) && fits(rule.host, host))?.componentId
}

function fits(pattern: string | undefined, name: string | undefined): boolean {
  if (pattern === undefined) return true
  if (name === undefined) return false
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern
}
