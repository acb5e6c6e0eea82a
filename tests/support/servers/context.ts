/** What a project's global set-up provides; tests read it with `inject('origin')`. */
declare module 'vitest' {
  interface ProvidedContext {
    /** Where the chat lives in this project. */
    home: 'node' | 'edge';
    /** Where the HTTP process answers, `http://127.0.0.1:12345`. */
    origin: string;
    /** Where the chat processes answer; none in a project that has no chat. */
    chatOrigins: string[];
    /** The run's own database. */
    databaseUrl: string;
    redisUrl: string;
    /** The directory of the private keys that sign access tokens. */
    keysDirectory: string;
    /** The issuer of access tokens, which is the public origin of the product under test. */
    issuer: string;
    /** For the project `explain`: the files of `runFilesOf`. */
    statementLog: string;
    /** For the project `workerd`: test pictures, as Base64, since nothing in there can make one. */
    pictures: Base64Pictures;
    databaseUrlFile: string;
  }
}

/** Test pictures, by their names. */
export type Base64Pictures = Record<string, string>;

/** The public origin that tests give the product; browsers of this origin may call. */
export const publicOrigin = 'http://kingbus.test';
/** One more origin that the product is told to allow. */
export const allowedOrigin = 'http://app.kingbus.test';
