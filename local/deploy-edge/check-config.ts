import { createRequire } from 'node:module';
import type { Environment } from './config.ts';

/** What is wrong with the environments whatever they are deployed to, a sentence each. */
export function findMistakes(environments: Map<string, Environment>): string[] {
  return [...findMissingBindings(environments), ...findUnknownClasses(environments), ...findNewerDates(environments)];
}

/** An environment inherits no binding: what one names, the others may have forgotten. */
function findMissingBindings(environments: Map<string, Environment>): string[] {
  const named = new Map([...environments].map(([name, environment]) => [name, bindingsOf(environment)]));
  const all = [...named.values()].reduce((all, bindings) => all.union(bindings), new Set<string>());
  return [...named].flatMap(([name, bindings]) =>
    [...all.difference(bindings)].map((binding) => `${called(name)} does not name ${binding}, which another one does.`),
  );
}

function bindingsOf({ vars, secrets, durable_objects, ...others }: Environment): Set<string> {
  const lists = Object.values(others).filter((value) => Array.isArray(value));
  return new Set([
    ...Object.keys(vars).map((name) => `the variable ${name}`),
    ...(secrets?.required ?? []).map((name) => `the secret ${name}`),
    ...durable_objects.bindings.map(({ name, class_name }) => `the Durable Object ${name} (${class_name})`),
    // Hyperdrive, buckets, queues and whatever comes: each a list of objects with a `binding`.
    ...lists
      .flat()
      .flatMap((entry: { binding?: unknown }) =>
        typeof entry?.binding === 'string' ? [`the binding ${entry.binding}`] : [],
      ),
  ]);
}

/** A class without a migration is one that the platform does not create. */
function findUnknownClasses(environments: Map<string, Environment>): string[] {
  return [...environments].flatMap(([name, { durable_objects, migrations }]) => {
    const classes = new Set<string>();
    for (const step of migrations) {
      for (const made of [...step.new_classes, ...step.new_sqlite_classes]) classes.add(made);
      for (const { from, to } of step.renamed_classes) if (classes.delete(from)) classes.add(to);
      for (const gone of step.deleted_classes) classes.delete(gone);
    }
    return durable_objects.bindings
      .filter(({ class_name, script_name }) => script_name === undefined && !classes.has(class_name))
      .map(({ class_name }) => `${called(name)} binds the class ${class_name}, which no migration makes.`);
  });
}

function findNewerDates(environments: Map<string, Environment>): string[] {
  const { compatibilityDate: newest } = lockedWorkerd();
  return [...environments]
    .filter(([, { compatibility_date: asked }]) => asked > newest)
    .map(
      ([name, { compatibility_date: asked }]) =>
        `${called(name)} asks for the behaviour of ${asked}; the locked workerd, which the tests run, knows that of ` +
        `${newest}. Raise both together.`,
    );
}

/** The workerd that wrangler, and so every test, runs. */
export function lockedWorkerd(): { version: string; compatibilityDate: string } {
  const ofWrangler = createRequire(createRequire(import.meta.url).resolve('wrangler'));
  return ofWrangler('workerd') as { version: string; compatibilityDate: string };
}

const called = (name: string): string => (name === '' ? 'The top level (development)' : `The environment ${name}`);
