import { seoulDay } from '../seoul-day.ts';

/** How many vehicles an operator may have at a time. Two that are added at once may be one more. */
export const vehiclesAtMost = 500;

/** How many pictures a vehicle may have. */
export const photosAtMost = 10;

/**
 * What an admin compares with the papers: who changes it of a verified vehicle has it looked at again. Amenities and pictures are the
 * operator's own word, and stay so.
 */
export const verifiedFields = ['plate', 'model', 'seats', 'year', 'busType'] as const;

/** The latest year of a first registration: dealers sell next year's models. */
export const latestYear = (now: number): number => Number(seoulDay(now).slice(0, 4)) + 1;
