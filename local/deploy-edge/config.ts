import { unstable_readConfig } from 'wrangler';
import { z } from 'zod';

/** What is checked of an environment, with what it inherits. Beside these fields stand all others that wrangler knows. */
const environment = z.looseObject({
  compatibility_date: z.iso.date(),
  vars: z.record(z.string(), z.unknown()),
  workers_dev: z.boolean().optional(),
  secrets: z.object({ required: z.array(z.string()).default([]) }).optional(),
  hyperdrive: z.array(z.object({ binding: z.string(), id: z.string() })),
  durable_objects: z.object({
    bindings: z.array(z.object({ name: z.string(), class_name: z.string(), script_name: z.string().optional() })),
  }),
  migrations: z.array(
    z.object({
      new_classes: z.array(z.string()).default([]),
      new_sqlite_classes: z.array(z.string()).default([]),
      renamed_classes: z.array(z.object({ from: z.string(), to: z.string() })).default([]),
      deleted_classes: z.array(z.string()).default([]),
    }),
  ),
});

export type Environment = z.infer<typeof environment>;

/** The environments of a wrangler.jsonc by their names; development, at its top level, is ''. */
export function readEnvironments(configFile: string): Map<string, Environment> {
  const read = (env: string) => unstable_readConfig({ config: configFile, env }, { hideWarnings: true });
  const names = ['', ...z.array(z.string()).parse(read('').definedEnvironments ?? [])];
  return new Map(names.map((name) => [name, environment.parse(read(name))]));
}
