import type { FastifyInstance } from 'fastify';
import type { StationContext } from '../context.ts';
import { addAdministratorRoutes } from './administrator-routes.ts';
import { addDeviceRoutes } from './device-routes.ts';
import { addEnrolmentRoutes } from './enrolment-routes.ts';
import { guardDesk } from './headers.ts';
import { addPolicyRoutes } from './policy-routes.ts';
import { addPrintRoutes } from './print-routes.ts';
import { addRecoveryRoutes } from './recovery-routes.ts';
import { addReportRoutes } from './report-routes.ts';
import { addRoomRoutes } from './room-routes.ts';
import { addSessionRoutes } from './session-routes.ts';
import { addTroubleRoutes } from './trouble-routes.ts';
import { addTutorRoutes } from './tutor-routes.ts';

/** Registers the desk's headers and every route under /desk/api. Call it before the desk's static files are added. */
export async function registerDeskRoutes(desk: FastifyInstance, context: StationContext): Promise<void> {
  guardDesk(desk, context);
  addSessionRoutes(desk, context);
  addRoomRoutes(desk, context);
  addPrintRoutes(desk, context);
  addTutorRoutes(desk, context);
  addDeviceRoutes(desk, context);
  addReportRoutes(desk, context);
  addEnrolmentRoutes(desk, context);
  addRecoveryRoutes(desk, context);
  addTroubleRoutes(desk, context);
  addAdministratorRoutes(desk, context);
  addPolicyRoutes(desk, context);
}
