/** The methods of OpenAPI that the standard, or anybody, uses. */
export const METHODS = ['get', 'put', 'post', 'delete', 'patch'] as const
export type LintedMethod = (typeof METHODS)[number]
