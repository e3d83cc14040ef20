import Fastify, { type FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** Counts for the people who run the station; no ids, no names. */
export interface Metrics {
  /** Counts every answer of `app` by route pattern and status. */
  observe(app: FastifyInstance, listener: 'learner' | 'desk'): void;
  /** The separate listener with `/metrics`; it does not listen yet. */
  build(): FastifyInstance;
}

/** Makes a registry of its own. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const labelNames = ['listener', 'route', 'status'] as const;
  const answers = new Counter({ name: 'leeslicht_answers_total', help: 'Answers', labelNames, registers: [registry] });
  const seconds = new Histogram({
    name: 'leeslicht_answer_seconds',
    help: 'Time to answer',
    labelNames: ['listener', 'route'],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [registry],
  });
  return {
    observe: (app, listener) => {
      app.addHook('onResponse', async (request, reply) => {
        const route = request.routeOptions.url ?? 'unknown';
        answers.inc({ listener, route, status: String(reply.statusCode) });
        seconds.observe({ listener, route }, reply.elapsedTime / 1000);
      });
    },
    build: () => {
      const app = Fastify({ logger: false });
      app.get('/metrics', async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
      return app;
    },
  };
}
