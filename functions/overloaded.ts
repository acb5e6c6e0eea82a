/** Thrown by what refuses work that it could not do in time, or that nobody waits for any more: nothing of it was done. Answered with 503. */
export class Overloaded extends Error {
  override name = 'Overloaded';
}
