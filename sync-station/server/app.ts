import Fastify, { type FastifyInstance } from 'fastify'
import type { StationContext } from './context.ts'
import { registerDeskRoutes } from './desk-routes/index.ts'

/** Builds the two listeners of a station; neither listens yet. */
export async function buildApps(context: StationContext): Promise<{ learner: FastifyInstance; desk: FastifyInstance }> {
  // The largest body is a parcel of 16 MiB with its header.
  const learner = Fastify({ loggerInstance: context.log, bodyLimit: 17 * 1024 * 1024 })
  const desk = Fastify({ loggerInstance: context.log, bodyLimit: 17 * 1024 * 1024 })
  await registerDeskRoutes(desk, context)
  return { learner, desk }
}
