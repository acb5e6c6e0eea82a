import type { z } from 'zod';
import { weekdays } from '../../schema/orders.ts';
import { busSeats } from '../../schema/quotes.ts';
import { seoulOffset } from '../http/fields.ts';
import { report } from '../http/validation.ts';

interface Place {
  name: string;
  address: string;
}

/** What of an order contradicts itself, whatever the time is; each field is good alone. */
export interface Trip {
  kind: 'one_way' | 'round_trip' | 'shuttle';
  departure: Place;
  stopovers: Place[];
  arrival: Place;
  departureAt: string;
  returnAt?: string | undefined;
  weekdays?: (typeof weekdays)[number][] | undefined;
  termEndsOn?: string | undefined;
  passengers: number;
  buses: number;
}

const day = 24 * 3600 * 1000;
const largestBus = Math.max(...Object.values(busSeats));

/** Reports each contradiction where it is to be mended, with its own reason. */
export function checkTrip(trip: Trip, context: z.RefinementCtx): void {
  checkReturn(trip, context);
  checkTerm(trip, context);
  checkPlaces(trip, context);
  if (trip.passengers > trip.buses * largestBus) report(context, 'too_many_for_buses', 'passengers');
  if (trip.buses > trip.passengers) report(context, 'more_buses_than_passengers', 'buses');
}

function checkReturn({ kind, departureAt, returnAt }: Trip, context: z.RefinementCtx): void {
  if (kind === 'round_trip' && returnAt === undefined) report(context, 'return_missing', 'returnAt');
  if (kind !== 'round_trip' && returnAt !== undefined) report(context, 'return_not_allowed', 'returnAt');
  else if (returnAt !== undefined && Date.parse(returnAt) <= Date.parse(departureAt)) {
    report(context, 'return_before_departure', 'returnAt');
  }
}

/** A shuttle runs on its weekdays from its first departure to the end of its term, days in Asia/Seoul. */
function checkTerm({ kind, departureAt, termEndsOn, weekdays: plan }: Trip, context: z.RefinementCtx): void {
  if (kind !== 'shuttle') {
    if (plan !== undefined) report(context, 'only_for_shuttle', 'weekdays');
    if (termEndsOn !== undefined) report(context, 'only_for_shuttle', 'termEndsOn');
    return;
  }
  if (plan === undefined || plan.length === 0) report(context, 'shuttle_needs_weekdays', 'weekdays');
  if (termEndsOn === undefined) return report(context, 'shuttle_needs_term', 'termEndsOn');
  const departure = Date.parse(departureAt);
  const end = Date.parse(`${termEndsOn}T23:59:59${seoulOffset}`);
  if (end < departure) return report(context, 'term_before_departure', 'termEndsOn');
  if (end > departure + 366 * day) return report(context, 'term_too_long', 'termEndsOn');
  if (plan === undefined || plan.length === 0) return;
  if (!plan.includes(weekdayOf(departure))) report(context, 'first_run_not_planned', 'departureAt');
  const running = new Set<string>();
  for (let at = departure; at <= end && running.size < 7; at += day) running.add(weekdayOf(at));
  for (const [index, weekday] of plan.entries()) {
    if (!running.has(weekday)) report(context, 'weekday_not_in_term', 'weekdays', index);
  }
}

/** The day of the week in Asia/Seoul, which is nine hours ahead all year. */
function weekdayOf(instant: number): (typeof weekdays)[number] {
  // Days since 1970, which began on a Thursday.
  const days = Math.floor((instant + 9 * 3600 * 1000) / day);
  return weekdays[(((days + 3) % 7) + 7) % 7] ?? 'mon';
}

/** Nobody drives from a place to where it is already. */
function checkPlaces({ departure, stopovers, arrival }: Trip, context: z.RefinementCtx): void {
  const stops = [departure, ...stopovers, arrival];
  for (let index = 1; index < stops.length; index++) {
    const [from, to] = [stops[index - 1], stops[index]];
    if (from?.name !== to?.name || from?.address !== to?.address) continue;
    const path = index === stops.length - 1 ? ['arrival'] : ['stopovers', index - 1];
    report(context, 'same_place', ...path);
  }
}
