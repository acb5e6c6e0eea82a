import type { Place } from './order-schema.ts';

const earthRadiusKm = 6371;
/** Roads are longer than the great circle; 1.3 is the usual factor for a country of Korea's shape. */
const roadFactor = 1.3;

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** The length of a trip by road in whole kilometres, or null where a place has no coordinates. */
export function estimateDistanceKm(places: Place[]): number | null {
  let total = 0;
  for (let index = 1; index < places.length; index++) {
    const leg = greatCircleKm(places[index - 1], places[index]);
    if (leg === null) return null;
    total += leg;
  }
  return Math.round(total * roadFactor);
}

function greatCircleKm(from: Place | undefined, to: Place | undefined): number | null {
  if (from?.latitude === undefined || from.longitude === undefined) return null;
  if (to?.latitude === undefined || to.longitude === undefined) return null;
  const halfLatitude = Math.sin(radians(to.latitude - from.latitude) / 2) ** 2;
  const halfLongitude = Math.sin(radians(to.longitude - from.longitude) / 2) ** 2;
  const chord = halfLatitude + Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude)) * halfLongitude;
  return 2 * earthRadiusKm * Math.asin(Math.sqrt(chord));
}
