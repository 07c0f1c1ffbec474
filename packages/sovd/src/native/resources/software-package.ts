import { type Static, Type } from 'typebox'
import { Id, Timestamp } from './common.ts'

export const PACKAGE_STATUSES = [
  'available',
  'downloading',
  'downloaded',
  'installing',
  'installed',
  'activated',
  'rollingBack',
  'failed',
] as const

export const SoftwarePackage = Type.Object(
  {
    id: Id,
    name: Type.String(),
    version: Type.String(),
    description: Type.Optional(Type.String()),
    status: Type.Enum([...PACKAGE_STATUSES]),
    previousVersion: Type.Optional(Type.String()),
    progress: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
    componentId: Id,
    updatedAt: Type.Optional(Timestamp),
    error: Type.Optional(Type.String()),
  },
  { title: 'SoftwarePackage' },
)

export const SoftwarePackageStatus = Type.Object(
  { packageId: Id, status: Type.Enum([...PACKAGE_STATUSES]) },
  { title: 'SoftwarePackageStatus' },
)

export type SoftwarePackage = Static<typeof SoftwarePackage>
export type PackageStatus = SoftwarePackage['status']
