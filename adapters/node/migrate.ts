import { readConfig } from './config.ts';
import { migrateDatabase } from './migrate-database.ts';

/** `npm run db:migrate`: brings the database of DATABASE_URL to the newest migration. Doing it again does nothing. */
await migrateDatabase(readConfig(process.env).databaseUrl);
