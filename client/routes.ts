import type { z } from 'zod';
import type { endpoints } from '../functions/endpoints.ts';

/** Every endpoint of the API. Types alone: nothing of the server reaches a client. */
type Known = (typeof endpoints)[number];

type NameOf<Each> = Each extends { method: infer Method extends string; path: infer Path extends string }
  ? `${Uppercase<Method>} ${Path}`
  : never;

type RouteByName = { [Each in Known as NameOf<Each>]: Each };

/** A route as the API names it: `POST /v1/rooms/{roomId}/messages`. */
export type Endpoint = keyof RouteByName;

/** What is read from a URL arrives as text, whatever it is read as. */
type AsText<Values> = { [Name in keyof Values]: unknown extends Values[Name] ? string | number : Values[Name] };

type Part<Each, Name extends string> = Each extends { request: Record<Name, infer Schema> }
  ? Schema extends z.ZodType
    ? z.input<Schema>
    : never
  : never;

/** The version that a change is based on, as the `ETag` said it. */
type IfMatch<Each> = Each extends { ifMatch: 'required' }
  ? { 'if-match': string }
  : Each extends { ifMatch: 'optional' }
    ? { 'if-match'?: string }
    : never;

type Both<One, Other> = [One] extends [never] ? Other : [Other] extends [never] ? One : One & Other;

/** A form with a file: what it is called and what type it is, the `File` itself says. */
type Form<Each> = Each extends { request: { body: { content: 'multipart/form-data'; fields: infer Fields } } }
  ? Fields extends z.ZodType
    ? AsText<z.input<Fields>> & { file: Blob }
    : never
  : never;

type Json<Each> = Each extends { request: { body: { content: 'application/json'; schema: infer Schema } } }
  ? Schema extends z.ZodType
    ? z.input<Schema>
    : never
  : never;

/** Leaves a property out where there is nothing to give, and makes it optional where nothing need be given. */
type Given<Name extends string, Values> = [Values] extends [never]
  ? unknown
  : object extends Values
    ? { [_ in Name]?: Values }
    : { [_ in Name]: Values };

/** What a call of an endpoint takes: its own parameters, query, headers and body. */
export type Input<Each> = Given<'params', AsText<Part<Each, 'params'>>> &
  Given<'query', AsText<Part<Each, 'query'>>> &
  Given<'headers', Both<Part<Each, 'headers'>, IfMatch<Each>>> &
  Given<'body', Json<Each> | Form<Each>> & { signal?: AbortSignal };

export type InputOf<Name extends Endpoint> = Input<RouteByName[Name]>;

type Answered<Each> = Each extends { answers: infer Answers }
  ? {
      [Status in keyof Answers]: Answers[Status] extends { body: infer Schema extends z.ZodType }
        ? z.output<Schema>
        : Answers[Status] extends { content: string }
          ? Response
          : never;
    }[keyof Answers]
  : never;

type OrUndefined<Value> = [Value] extends [never] ? undefined : Value;

/** What a successful call gives: the body; the answer itself where that is no JSON; undefined where there is none. */
export type Output<Each> = OrUndefined<Answered<Each>>;

export type OutputOf<Name extends Endpoint> = Output<RouteByName[Name]>;
