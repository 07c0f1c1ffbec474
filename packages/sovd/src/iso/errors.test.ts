import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { SOVD_ERRORS, SovdError, type SovdErrorCode } from '../error.ts'
import { ISO_API } from './api.ts'
import { genericError, ISO_ERRORS, isoErrorAnswer } from './errors.ts'
import { DataError, GenericError } from './resources/error.ts'

const ajv = new Ajv2020({ strict: true })
const isGenericError = ajv.compile(GenericError)
const isDataError = ajv.compile(DataError)
const codes = Object.keys(SOVD_ERRORS) as SovdErrorCode[]

describe('an error of the standard [17978-3 5.8.3]', () => {
  for (const code of codes) {
    it(`is a GenericError for ${code}, which says what vendor-specific means`, () => {
      const { status, body } = isoErrorAnswer(new SovdError(code, 'why'))
      assert.ok(isGenericError(body))
      assert.ok('message' in body)
      assert.equal(body.message, 'why')
      assert.equal(body.error_code === 'vendor-specific', body.vendor_code !== undefined)
      assert.equal(status, ISO_ERRORS[code].status)
    })
  }

  it('has the status of the domain but where the standard knows a nearer one', () => {
    const others = codes.filter((code) => ISO_ERRORS[code].status !== SOVD_ERRORS[code])
    assert.deepEqual(others, ['unprocessable-content', 'locked'])
    assert.equal(ISO_ERRORS['unprocessable-content'].status, 400)
    assert.equal(ISO_ERRORS.locked.status, 409)
  })

  it('has the codes that clients know', () => {
    const expected: Partial<Record<SovdErrorCode, [string, string?]>> = {
      'invalid-request': ['incomplete-request'],
      'unprocessable-content': ['incomplete-request'],
      forbidden: ['insufficient-access-rights'],
      'not-found': ['vendor-specific', 'resource-not-found'],
      conflict: ['precondition-not-fulfilled'],
      'internal-error': ['sovd-server-failure'],
      'not-implemented': ['vendor-specific', 'not-implemented'],
      'gateway-timeout': ['not-responding'],
    }
    for (const [code, [errorCode, vendorCode]] of Object.entries(expected)) {
      const body = genericError(new SovdError(code as SovdErrorCode, ''))
      assert.equal(body.error_code, errorCode)
      assert.equal(body.vendor_code, vendorCode)
    }
  })

  it('keeps the codes that the source gave', () => {
    const detail = (code: string) => ({ code, message: 'why' })
    const of = (code: SovdErrorCode, ...said: string[]) =>
      genericError(new SovdError(code, 'why', { details: said.map(detail) }))
    assert.deepEqual(of('bad-gateway', 'error-response'), { error_code: 'error-response', message: 'why' })
    assert.deepEqual(of('not-found', 'vendor-specific', 'entity-not-found'), {
      error_code: 'vendor-specific',
      vendor_code: 'entity-not-found',
      message: 'why',
    })
    assert.equal(of('not-found', 'SOVD-ERR-404').vendor_code, 'resource-not-found')
    assert.equal(of('conflict', 'preconditions-not-fulfilled').error_code, 'precondition-not-fulfilled')
  })
})

describe('a refused value [17978-3 7.9, 7.12]', () => {
  const places: [target: string | undefined, path: string][] = [
    ['body', ''],
    ['body/data', '/data'],
    ['body/signature', '/signature'],
    ['path', ''],
    ['voltage', '/data'],
    [undefined, '/data'],
  ]
  for (const [target, path] of places) {
    it(`about ${target} is a DataError at '${path}'`, () => {
      const error = new SovdError('unprocessable-content', 'why', target === undefined ? {} : { target })
      for (const row of [ISO_API.writeData, ISO_API.writeConfiguration]) {
        const { status, body } = isoErrorAnswer(error, row)
        assert.equal(status, 400)
        assert.ok(isDataError(body))
        assert.deepEqual(body, { path, error: { error_code: 'incomplete-request', message: 'why' } })
      }
    })
  }

  it('is a GenericError for other failures and other rows', () => {
    const refusal = new SovdError('invalid-request', 'why')
    assert.ok(isGenericError(isoErrorAnswer(refusal, ISO_API.changeMode).body))
    assert.ok(isGenericError(isoErrorAnswer(new SovdError('conflict', 'why'), ISO_API.writeData).body))
  })
})
