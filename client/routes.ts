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

/** What a call takes: the route's own parameters, query, headers and body. */
export type InputOf<Name extends Endpoint> = Given<'params', AsText<Part<RouteByName[Name], 'params'>>> &
  Given<'query', AsText<Part<RouteByName[Name], 'query'>>> &
  Given<'headers', Part<RouteByName[Name], 'headers'>> &
  Given<'body', Json<RouteByName[Name]>> & { signal?: AbortSignal };

type Answered<Each> = Each extends { answers: infer Answers }
  ? {
      [Status in keyof Answers]: Answers[Status] extends { body: infer Schema extends z.ZodType }
        ? z.output<Schema>
        : never;
    }[keyof Answers]
  : never;

type OrUndefined<Value> = [Value] extends [never] ? undefined : Value;

/** What a successful call gives: the body, or undefined where there is none. */
export type OutputOf<Name extends Endpoint> = OrUndefined<Answered<RouteByName[Name]>>;
