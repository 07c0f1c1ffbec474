import { Type } from 'typebox'

/** An identifier as it appears in a path segment. */
export const Id = Type.String({ minLength: 1 })
export const AnyJson = Type.Unknown({ description: 'any JSON value' })
export const Timestamp = Type.String({ format: 'date-time', description: 'RFC 3339, UTC' })

export const ErrorBody = Type.Object(
  {
    error: Type.Object({
      code: Type.String({ pattern: '^SOVD-ERR-[0-9]{3}$' }),
      message: Type.String(),
      target: Type.Optional(Type.String()),
      details: Type.Optional(
        Type.Array(Type.Object({ code: Type.String(), message: Type.String(), target: Type.Optional(Type.String()) })),
      ),
      innererror: Type.Optional(Type.String()),
    }),
  },
  { title: 'Error' },
)

export const PartialFailureBody = Type.Object(
  { backend: Type.String(), code: Type.String(), message: Type.String() },
  { title: 'PartialFailure' },
)
