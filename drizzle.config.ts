import { defineConfig } from 'drizzle-kit';

/** `npm run db:generate` writes the next migration from the schema; it needs no database. */
export default defineConfig({
  dialect: 'mysql',
  schema: './schema/*.ts',
  out: './db/migrations',
});
