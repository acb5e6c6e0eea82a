/** A pause of about so many milliseconds, a quarter more or less, so that those who began together do not go on in step. */
export const jittered = (milliseconds: number): number => milliseconds * (0.75 + Math.random() / 2);
