import { DurableObject } from 'cloudflare:workers';

export class Bridge extends DurableObject<Env> {}
