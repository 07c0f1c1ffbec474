import { hash } from 'node:crypto'

/** A vehicle that may connect when it shows everything of this. At least one of both is there. */
export interface KnownVehicle {
  readonly vehicleId: string
  readonly tenantId?: string
  /** SHA-256 of its token, in lower-case hex. */
  readonly tokenSha256?: string
  /** A name in its certificate: the common name, or one of the DNS names or URIs. */
  readonly certificateName?: string
}

/** What somebody who connects shows. */
export interface ShownCredentials {
  readonly token?: string
  /** Names in a certificate of the configured authority. */
  readonly certificateNames: readonly string[]
}

/** Knows vehicles by what they show; neither a token nor the certificate of one without a token is another's, too. */
export class VehicleRegistry {
  readonly #byToken = new Map<string, KnownVehicle>()
  readonly #byCertificate = new Map<string, KnownVehicle>()

  constructor(vehicles: readonly KnownVehicle[]) {
    for (const vehicle of vehicles) {
      const { tokenSha256, certificateName } = vehicle
      if (tokenSha256 !== undefined) this.#byToken.set(tokenSha256, vehicle)
      else if (certificateName !== undefined) this.#byCertificate.set(certificateName, vehicle)
    }
  }

  /** The vehicle that these are the credentials of. A token that is nobody's is not made good by a certificate. */
  find({ token, certificateNames }: ShownCredentials): KnownVehicle | undefined {
    if (token === undefined) {
      return certificateNames.map((name) => this.#byCertificate.get(name)).find((vehicle) => vehicle !== undefined)
    }
    const vehicle = this.#byToken.get(tokenDigest(token))
    const name = vehicle?.certificateName
    return name === undefined || certificateNames.includes(name) ? vehicle : undefined
  }
}

/** What a relay keeps of a token. Tokens are long and random, so that a fast hash is enough. */
export function tokenDigest(token: string): string {
  return hash('sha256', token, 'hex')
}
