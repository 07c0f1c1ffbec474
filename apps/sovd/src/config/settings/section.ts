import { type TProperties, Type } from 'typebox'

/** A table of the configuration file. Every setting in it has a default or may be left out, and so may the table. */
export function section<const P extends TProperties>(description: string, properties: P) {
  return Type.Object(properties, { description, default: {}, additionalProperties: false })
}

/** A setting that may be left out and has no default. */
export function optionalText(description: string) {
  return Type.Optional(Type.String({ description, minLength: 1 }))
}

/** A setting whose value is never shown. */
export function secret(description: string) {
  return Type.Optional(Type.String({ description, minLength: 1, writeOnly: true }))
}

export function flag(description: string, value: boolean) {
  return Type.Boolean({ description, default: value })
}
