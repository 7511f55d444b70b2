/** OpenAPI 3.1 from the routes of the protocol: nothing is written twice. */

import * as protocol from '@sandglass/protocol';
import { type Route, type RouteName, routes } from '@sandglass/protocol';
import { z } from 'zod';

type Json = { [key: string]: unknown };

export interface OpenApiDocument extends Json {
  readonly paths: Record<string, Record<string, Json>>;
  readonly components: { readonly schemas: Record<string, Json>; readonly securitySchemes: Json };
}

const refTo = (id: string) => `#/components/schemas/${id}`;

export function openApiDocument(version: string): OpenApiDocument {
  const paths: Record<string, Record<string, Json>> = {};
  for (const [name, route] of Object.entries(routes) as [RouteName, Route][]) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(name, route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sandglass',
      version,
      description:
        'Real, isolated machines for agents: watched live, frozen, checkpointed, forked. Errors are problem+json: branch on `code`. Live data comes over the WebSocket `/v1/stream` (see ClientMessage and ServerMessage).',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags: [...new Set(Object.values(routes).map((route) => route.noun))].map((noun) => ({ name: noun })),
    paths,
    components: {
      schemas: components(),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'a token; roles: viewer < operator < admin' },
        session: { type: 'apiKey', in: 'cookie', name: 'sandglass_<port>', description: 'from POST /v1/session' },
      },
    },
  };
}

function operation(name: RouteName, route: Route): Json {
  const status = String(route.status ?? (route.reply === null ? 204 : 200));
  return {
    operationId: name,
    tags: [route.noun],
    summary: route.summary,
    ...(route.role === null
      ? { security: [] }
      : {
          description: `Needs the role ${route.role}.`,
          security: [{ bearer: [] }, { session: [] }],
          'x-role': route.role,
        }),
    parameters: [...parameters('path', route.params), ...parameters('query', route.query)],
    ...(route.body === undefined ? {} : { requestBody: { required: true, content: content(route.body, 'input') } }),
    responses: {
      [status]: {
        description: 'Done',
        ...(route.reply === null ? {} : { content: content(route.reply, 'output') }),
      },
      default: {
        description: 'What went wrong, and what to do',
        content: { 'application/problem+json': { schema: { $ref: refTo('Problem') } } },
      },
    },
  };
}

function content(body: z.ZodType | 'bytes', io: 'input' | 'output'): Json {
  if (body === 'bytes') return { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } };
  return { 'application/json': { schema: schemaOf(body, io) } };
}

function parameters(where: 'path' | 'query', schema: z.ZodType | undefined): Json[] {
  if (schema === undefined) return [];
  const object = schemaOf(schema, 'input') as { properties?: Record<string, Json>; required?: string[] };
  return Object.entries(object.properties ?? {}).map(([name, property]) => ({
    name,
    in: where,
    required: where === 'path' || (object.required ?? []).includes(name),
    ...(typeof property['description'] === 'string' ? { description: property['description'] } : {}),
    schema: property,
  }));
}

/** A schema with every named part as a reference; the part itself, when it is named. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const id = named.get(schema)?.id;
  if (id !== undefined) return { $ref: refTo(id) };
  return bare(convert(schema, io));
}

function components(): Record<string, Json> {
  const schemas: Record<string, Json> = {};
  for (const [id, schema] of exported()) {
    const converted = convert(schema, requestOnly.has(id) ? 'input' : 'output');
    // A part with a name comes as a reference to itself, with its body among the definitions.
    schemas[id] = bare((converted['$defs'] as Record<string, Json> | undefined)?.[id] ?? converted);
  }
  return Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => a.localeCompare(b)));
}

/** Named parts that only requests have: their defaults are optional there. */
const requestOnly = new Set(['CreateSandbox', 'OpenTerminal', 'StartExec', 'Topic', 'ClientMessage']);

/** Every schema of the protocol that has a name, under it. */
function exported(): [string, z.ZodType][] {
  return Object.values(protocol).flatMap((value): [string, z.ZodType][] => {
    if (!(value instanceof z.ZodType)) return [];
    const id = named.get(value)?.id;
    return id === undefined ? [] : [[id, value]];
  });
}

const named = z.globalRegistry as unknown as { get(schema: z.ZodType): { id?: string } | undefined };

function convert(schema: z.ZodType, io: 'input' | 'output'): Json {
  return z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' }) as Json;
}

/** zod puts named parts into `$defs` of each schema; here all of them are in the components. */
function bare(schema: Json): Json {
  const { $schema: _, $defs: __, id: ___, ...rest } = schema;
  return JSON.parse(JSON.stringify(rest).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json;
}
