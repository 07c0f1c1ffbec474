import { isJsonObject } from '@opensovd/base'
import type { Answer, Request } from '../client.ts'
import type { Probe } from '../probe.ts'
import { NotExercised, NotOffered } from '../verdict.ts'
import { at } from './collections.ts'

/** The identifier of what was created. @throws NotExercised when nothing was */
export function idOf({ json }: Answer): string {
  if (isJsonObject(json) && typeof json.id === 'string') return json.id
  throw new NotExercised('nothing was created')
}

/**
 * Creates something that a server may take or not, since its form is not that of the standard.
 * @throws NotOffered, NotExercised when it did not
 */
export async function tryToCreate(probe: Probe, all: string, request: Request, what: string): Promise<Answer> {
  const answer = await probe.ask('POST', all, request)
  if (answer.status === 405 || answer.status === 501) throw new NotOffered(`${answer.status} at POST ${all}`)
  if (answer.status !== 201) throw new NotExercised(`the server takes no ${what} in our form: ${answer.status}`)
  probe.check(answer.headers.has('location'), `POST ${all}: 201 without Location [6.2.5]`)
  return answer
}

/** Uses what was created in a collection, and removes it again. */
export async function useCreated(
  probe: Probe,
  all: string,
  created: Answer,
  use: (path: string) => Promise<void>,
): Promise<void> {
  const own = at(all, idOf(created))
  try {
    await use(own)
  } finally {
    await probe.ask('DELETE', own)
  }
}

/** Removes something, which is gone then. */
export async function expectRemoval(probe: Probe, path: string): Promise<void> {
  await probe.expect('DELETE', path, { status: 204 })
  await probe.refuse('GET', path, [404])
  await probe.refuse('DELETE', path, [404])
}
