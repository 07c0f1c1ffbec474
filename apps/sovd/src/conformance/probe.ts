import { isJsonObject, type JsonObject } from '@opensovd/base'
import type { Answer, Request } from './client.ts'
import type { Impact } from './impact.ts'
import { DATA_ERROR, GENERIC_ERROR, type Shape } from './shapes.ts'
import { idsOf, type Target, type TargetEntity } from './target.ts'
import { misfit, misfitOfOwnSchema } from './validate.ts'
import { NotExercised, NotOffered } from './verdict.ts'

/** What an answer has to be. */
export interface Expectation extends Request {
  /** 200 if absent. */
  readonly status?: number | readonly number[]
  readonly shape?: Shape
  readonly location?: true
}

/** An identifier that nothing has. */
export const NOBODY = 'sovd-conformance-nobody'

const SHOWN = 200
/** How often, and how long apart, something is looked at that takes its time: a minute in all. */
const LOOKS = 240
const BETWEEN_LOOKS_MS = 250

/** What one check does with the server: it asks, and what is wrong with the answers is collected. */
export class Probe {
  readonly target: Target
  readonly failures: string[] = []
  readonly #permitted: ReadonlySet<Impact>

  constructor(target: Target, permitted: ReadonlySet<Impact>) {
    this.target = target
    this.#permitted = permitted
  }

  may(impact: Impact): boolean {
    return this.#permitted.has(impact)
  }

  check(condition: boolean, complaint: string): void {
    if (!condition) this.failures.push(complaint)
  }

  /** The answer, whatever it is. */
  ask(method: string, path: string, request?: Request): Promise<Answer> {
    return this.target.client.send(method, path, request)
  }

  /**
   * Asks for something that is offered, and judges the answer.
   * @throws NotOffered for 405 and 501, and for 404 where `path` was not found in a list
   */
  async expect(method: string, path: string, expectation: Expectation = {}): Promise<Answer> {
    const answer = await this.ask(method, path, expectation)
    if (answer.status === 501 || answer.status === 405) throw new NotOffered(`${answer.status} at ${method} ${path}`)
    const statuses = [expectation.status ?? 200].flat()
    if (!statuses.includes(answer.status)) {
      this.failures.push(`${method} ${path}: expected ${statuses.join(' or ')}, got ${shown(answer)}`)
      return answer
    }
    if (expectation.shape) this.#judgeBody(answer, expectation.shape)
    else if (answer.status === 204) this.check(answer.text === '', `${method} ${path}: 204 with a body`)
    if (expectation.location) this.#judgeLocation(answer)
    return answer
  }

  /** Reads a JSON object, and again with its schema, which it has to fit. */
  async read(path: string, body: Shape, options: { readonly includeSchema?: boolean } = {}): Promise<JsonObject> {
    const answer = await this.expect('GET', path, { shape: body })
    if (options.includeSchema && answer.status === 200) await this.#judgeOwnSchema(path)
    return isJsonObject(answer.json) ? answer.json : {}
  }

  /** Asks for what has to be refused. */
  async refuse(method: string, path: string, statuses: readonly number[], request: Request = {}): Promise<Answer> {
    const answer = await this.ask(method, path, request)
    const at = `${method} ${path}`
    if (!statuses.includes(answer.status)) {
      this.failures.push(`${at}: expected to be refused with ${statuses.join(' or ')}, got ${shown(answer)}`)
      return answer
    }
    const isDataError = answer.status === 400 && isJsonObject(answer.json) && 'path' in answer.json
    const wrong = misfit(isDataError ? DATA_ERROR : GENERIC_ERROR, answer.json)
    if (wrong !== undefined) this.failures.push(`${at}: error ${answer.status}: ${wrong} [5.8.3]`)
    return answer
  }

  /** Reads again and again until what is read is as it should be at last; whether it ever was. */
  async until(path: string, isSo: (body: JsonObject) => boolean): Promise<boolean> {
    for (let look = 0; look < LOOKS; look++) {
      const { status, json } = await this.ask('GET', path)
      if (status === 200 && isJsonObject(json) && isSo(json)) return true
      await this.target.client.pause(BETWEEN_LOOKS_MS)
    }
    return false
  }

  /**
   * An entity that has something, by its own account or else because it answers when asked.
   * @throws NotOffered
   */
  async entityWith(name: string, collections?: readonly string[]): Promise<TargetEntity> {
    const candidates = this.target.entities.filter(({ collection }) => collections?.includes(collection) ?? true)
    const linked = candidates.find(({ capabilities }) => name in capabilities)
    if (linked) return linked
    const tried = new Set<string>()
    for (const entity of candidates) {
      if (tried.has(entity.collection)) continue
      tried.add(entity.collection)
      if ((await this.ask('GET', `${entity.path}/${name}`)).status === 200) return entity
    }
    throw new NotOffered(candidates.length === 0 ? 'there is no such entity' : `no entity has ${name}`)
  }

  /**
   * The identifiers in a list.
   * @throws NotExercised when there are none
   */
  async idsAt(path: string): Promise<readonly [string, ...string[]]> {
    const [first, ...others] = idsOf((await this.ask('GET', path)).json)
    if (first === undefined) throw new NotExercised(`${path} is empty`)
    return [first, ...others]
  }

  #judgeBody({ method, path, json, headers }: Answer, body: Shape): void {
    const type = headers.get('content-type') ?? 'none'
    if (json === undefined) this.failures.push(`${method} ${path}: expected JSON, got the type ${type}`)
    const wrong = json === undefined ? undefined : misfit(body, json)
    if (wrong !== undefined) this.failures.push(`${method} ${path}: ${wrong}`)
  }

  #judgeLocation({ method, path, status, headers }: Answer): void {
    const has = (headers.get('location') ?? '') !== ''
    this.check(has, `${method} ${path}: ${status} without Location [6.2.5]`)
  }

  async #judgeOwnSchema(path: string): Promise<void> {
    const at = `${path}${path.includes('?') ? '&' : '?'}include-schema=true`
    const { status, json } = await this.ask('GET', at)
    if (status !== 200 || !isJsonObject(json)) {
      this.failures.push(`GET ${at}: expected 200 and JSON, got ${status} [6.2.6]`)
      return
    }
    if (json.schema === undefined) this.failures.push(`GET ${at}: has no schema [6.2.6]`)
    else {
      const wrong = misfitOfOwnSchema(json.schema, json)
      if (wrong !== undefined) this.failures.push(`GET ${at}: does not fit the schema it brings: ${wrong} [6.2.6]`)
    }
  }
}

function shown({ status, text }: Answer): string {
  return text === '' ? String(status) : `${status} ${text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text}`
}
