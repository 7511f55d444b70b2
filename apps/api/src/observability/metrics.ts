import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Gatekeeper } from '../http/authenticate.ts';
import type { Services } from '../services.ts';
import type { StreamHub } from '../streams/hub.ts';

/** `GET /metrics` in Prometheus' text format, for a viewer's token. Its own registry, so that two servers fit in one process. */
export function mountMetrics(
  app: FastifyInstance,
  options: { gatekeeper: Gatekeeper; services: Services; hub: StreamHub },
): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'sandglass_request_duration_seconds',
    help: 'Time to answer, by operation',
    labelNames: ['operation', 'status'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60],
    registers: [registry],
  });
  new Gauge({
    name: 'sandglass_sandboxes',
    help: 'Sandboxes that have not ended, by phase',
    labelNames: ['phase'] as const,
    registers: [registry],
    async collect() {
      this.reset();
      let after: string | undefined;
      do {
        const page = await options.services.sandboxes.list({ limit: 1000, ...(after === undefined ? {} : { after }) });
        for (const sandbox of page.items) this.inc({ phase: sandbox.phase });
        after = page.next ?? undefined;
      } while (after !== undefined);
    },
  });
  new Gauge({
    name: 'sandglass_stream_connections',
    help: 'Open stream connections',
    registers: [registry],
    collect() {
      this.set(options.hub.counts.connections);
    },
  });
  new Gauge({
    name: 'sandglass_stream_channels',
    help: 'Open channels, by topic',
    labelNames: ['topic'] as const,
    registers: [registry],
    collect() {
      this.reset();
      for (const [topic, count] of options.hub.counts.channels) this.set({ topic }, count);
    },
  });
  new Gauge({
    name: 'sandglass_stream_samplers',
    help: 'Sandboxes whose resources are sampled because somebody watches them',
    registers: [registry],
    collect() {
      this.set(options.hub.counts.samplers);
    },
  });
  new Counter({
    name: 'sandglass_stream_sent_bytes_total',
    help: 'Bytes sent to viewers',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(options.hub.counts.sentBytes);
    },
  });
  app.addHook('onResponse', async (request, reply) => {
    const { name } = request.routeOptions.config as { name?: string };
    if (name !== undefined)
      requests.observe({ operation: name, status: String(reply.statusCode) }, reply.elapsedTime / 1000);
  });
  app.get('/metrics', {
    exposeHeadRoute: false,
    onRequest: async (request) => {
      await options.gatekeeper.require(request, 'viewer', null);
    },
    handler: async (_request, reply) => {
      reply.type(registry.contentType).header('cache-control', 'no-store');
      return await registry.metrics();
    },
  });
}
