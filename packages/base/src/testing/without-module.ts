/** Arguments for Node.js with which a program finds no such module, as if it were not installed. */
export function withoutModule(name: string): readonly string[] {
  const program = `
    import { registerHooks } from 'node:module'
    registerHooks({
      resolve(specifier, context, nextResolve) {
        if (specifier === ${JSON.stringify(name)}) throw new Error(specifier + ' is not installed')
        return nextResolve(specifier, context)
      },
    })`
  return ['--import', `data:text/javascript,${encodeURIComponent(program)}`]
}
