import type { FastifyInstance } from 'fastify'
import type { StationContext } from '../context.ts'

// For the desk's owner: replace this file. buildDeskApp in ../app.ts calls it once, before it listens.
/** Registers the desk's routes. Registers none yet. */
export async function registerDeskRoutes(_desk: FastifyInstance, _context: StationContext): Promise<void> {}
