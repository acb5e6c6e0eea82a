import type { Context } from 'hono';
import type { z } from 'zod';
import type { Transition } from '../changes/transition.ts';
import type { scopeOf } from '../identity/scopes.ts';
import type { Ports } from '../ports.ts';
import type { App } from './app-type.ts';
import type { Access, ActorOf, VerifyWebhook } from './authenticate.ts';
import type { Env } from './env.ts';
import type { ExpectedVersions } from './if-match.ts';
import type { ProblemCode } from './problems.ts';
import type { Body } from './read-body.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** What a request carries. Names in `headers` are in lower case. */
export interface RequestParts {
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly headers?: z.ZodObject;
  readonly body?: Body<unknown>;
}

/** Of a request that carries nothing. */
export interface NoParts extends RequestParts {
  readonly params?: never;
  readonly query?: never;
  readonly headers?: never;
  readonly body?: never;
}

/** An answer that is no problem. */
export interface AnswerParts {
  readonly description: string;
  /** The shape of its JSON. One with a `version` goes out with it as `ETag`. */
  readonly body?: z.ZodType;
  /** The media type of another kind of answer: then the handler gives a `Response`. */
  readonly content?: string;
  /** Of JSON that is to be kept: the name of the file as which it is saved. */
  readonly savedAs?: string;
  /** The path of what was made, with properties of the body in braces: `/v1/orders/{id}`. */
  readonly location?: string;
}

export type AnswersByStatus = { readonly [Status in 200 | 201 | 202 | 204 | 206 | 304]?: AnswerParts };

type ParsedPart<Request, Name extends string> = Request extends { readonly [_ in Name]: infer Schema extends z.ZodType }
  ? z.output<Schema>
  : undefined;

type ParsedBody<Request> = Request extends { readonly body: Body<infer Value> } ? Value : undefined;

/** What a handler is given: the request, checked, and who sends it. */
export interface Handling<Who extends Access, Request> {
  /** Those of this request: `db` counts its statements. */
  ports: Ports;
  actor: ActorOf<Who>;
  params: ParsedPart<Request, 'params'>;
  query: ParsedPart<Request, 'query'>;
  headers: ParsedPart<Request, 'headers'>;
  body: ParsedBody<Request>;
  /** With `ifMatch`: the versions that may be changed; undefined for any. */
  versions: ExpectedVersions;
  /** For what is not said by the rest, as a cookie. */
  c: Context<Env>;
}

type BodyOf<Answer> = Answer extends { readonly body: infer Schema extends z.ZodType }
  ? z.output<Schema>
  : Answer extends { readonly content: string }
    ? Response
    : undefined;

type WithStatus<Answers> = {
  [Status in keyof Answers]: { status: Status; body: BodyOf<Answers[Status]> };
}[keyof Answers];

type IsUnion<Type, Each = Type> = [Type] extends [never]
  ? false
  : Type extends Each
    ? [Each] extends [Type]
      ? false
      : true
    : never;

type Nothing<Value> = [Value] extends [undefined] ? void : Value;

/** What a handler gives: the body of the one answer that there is; of several, the status with it (`withStatus`). */
export type Handled<Answers> =
  IsUnion<keyof Answers> extends true ? WithStatus<Answers> : Nothing<BodyOf<Answers[keyof Answers]>>;

export interface EndpointDefinition<
  Who extends Access,
  HttpMethod extends Method,
  Path extends string,
  Request extends RequestParts,
  Answers extends AnswersByStatus,
  IfMatch extends 'required' | 'optional' | undefined = 'required' | 'optional' | undefined,
> {
  /** The verb's name; the `operationId` of the OpenAPI document. */
  name: string;
  access: Who;
  /** Of a `webhook`, whose body is `raw()`: how it is known that a request is the provider's. */
  verify?: Who extends 'webhook' ? VerifyWebhook : never;
  /** The most SQL statements that one call may run, `begin` and `commit` counted, however many rows there are. */
  budget: number;
  /** The problems that it answers with beside those that every endpoint of its kind can. */
  problems?: readonly ProblemCode[];
  /** The step that it makes from state to state; its problem, and what it says in the OpenAPI document, come with it. */
  step?: Transition<string>;
  method: HttpMethod;
  path: Path;
  /** Its feature, whose scopes a key needs for it. */
  tags: readonly [string];
  /** Why no key opens it, whatever its feature. */
  notByKey?: string;
  summary: string;
  request?: Request;
  /** Whether a change names the version that it is based on (`If-Match`, RFC 9110, section 13.1.1). */
  ifMatch?: IfMatch;
  answers: Answers;
  /** `Cache-Control` of its answers; without one, nobody keeps them. */
  cacheControl?: string;
  handle: (handling: Handling<Who, Request>) => Handled<Answers> | Promise<Handled<Answers>>;
}

/** One endpoint of the API: what a client may know of it, and how an application takes it in. */
export interface Endpoint<
  HttpMethod extends Method = Method,
  Path extends string = string,
  Request extends RequestParts = RequestParts,
  Answers extends AnswersByStatus = AnswersByStatus,
  IfMatch extends 'required' | 'optional' | undefined = 'required' | 'optional' | undefined,
> {
  readonly name: string;
  readonly method: HttpMethod;
  readonly path: Path;
  /** What a key needs for it, or why none opens it. */
  readonly byKey: ReturnType<typeof scopeOf>;
  readonly request: Request;
  readonly answers: Answers;
  readonly ifMatch: IfMatch;
  readonly mount: (app: App) => void;
}
