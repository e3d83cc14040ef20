import type { RoomEvent } from '../../api/room.ts';
import { findSession } from '../auth/sessions.ts';
import type { StationEvent } from '../events.ts';
import { cookieName, type DeskCall, readCookie } from './call.ts';

const heartbeatMs = 15_000;

/**
 * Answers with server-sent events until the screen closes or the session ends. The stream outlives the check that let
 * it start, so the session is looked up again with every heartbeat.
 */
export async function streamEvents(
  call: DeskCall<unknown>,
  show: (event: StationEvent) => Promise<RoomEvent>,
): Promise<unknown> {
  const { context, request, reply } = call;
  const token = readCookie(request, cookieName(context)) ?? '';
  reply.hijack();
  const stream = reply.raw;
  stream.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  stream.write(': here\n\n');
  const stop = context.events.subscribe((event) => {
    show(event).then(
      (told) => stream.write(`data: ${JSON.stringify(told)}\n\n`),
      (error: unknown) => request.log.error({ err: error }, 'a dock event could not be shown'),
    );
  });
  const heartbeat = setInterval(() => {
    findSession(context.db, token, context.now(), false).then(
      (session) => (session ? stream.write(': here\n\n') : stream.end()),
      () => stream.end(),
    );
  }, heartbeatMs);
  request.raw.on('close', () => {
    clearInterval(heartbeat);
    stop();
  });
  return reply;
}
