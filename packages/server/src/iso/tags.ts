/** The values of a query parameter that may be repeated. */
export function valuesOf(parameter: string | readonly string[]): readonly string[] {
  return typeof parameter === 'string' ? [parameter] : parameter
}

/** Whether something has one of the wanted tags, or none is wanted [17978-3 7.7]. */
export function hasTag(wanted: string | readonly string[] | undefined, tags: readonly string[] = []): boolean {
  return wanted === undefined || valuesOf(wanted).some((tag) => tags.includes(tag))
}
