import type { Signer } from '#core/crypto/signer.ts'
import type { FastifyBaseLogger } from 'fastify'
import type { StationDatabase } from '../store/database.ts'

/** Settings that do not change while the station runs. */
export interface StationConfig {
  readonly dataFolder: string
  readonly siteId: string
  readonly siteName: string
  readonly stationName: string
  readonly whereToSync: string
  readonly deskOrigin: string
  readonly learnerOrigins: readonly string[]
  readonly diskReserveBytes: number
}

/** The station's three distinct keys, unlocked. */
export interface StationKeys {
  readonly licence: Signer
  readonly receipt: Signer
  readonly age: { readonly identity: string; readonly recipient: string }
}

/** Content-addressed files. `put` resolves only when the bytes are durable; `get` checks the hash. */
export interface ObjectStore {
  put(bytes: Uint8Array): Promise<string>
  get(hash: string): Promise<Uint8Array | undefined>
}

/** What every route gets. `now` is the only clock. */
export interface StationContext {
  readonly db: StationDatabase
  readonly objects: ObjectStore
  readonly keys: StationKeys
  readonly now: () => number
  readonly log: FastifyBaseLogger
  readonly config: StationConfig
}
