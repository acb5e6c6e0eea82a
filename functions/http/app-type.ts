import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Env } from './env.ts';

/** The application that endpoints mount themselves on. */
export type App = OpenAPIHono<Env>;
