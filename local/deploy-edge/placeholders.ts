import type { Environment } from './config.ts';
import { patternOf } from './unserved-origin.ts';

/** What stands in an environment only until someone deploys it, each with what to do. */
export function findPlaceholders({ hyperdrive, vars, ...rest }: Environment): string[] {
  const ids = hyperdrive
    .filter(({ id }) => /^0+$/u.test(id))
    .map(
      ({ binding, id }) =>
        `the id of ${binding} is ${id}: write the one that \`wrangler hyperdrive create\` answers with.`,
    );
  const addresses = [
    ...Object.entries(vars).map(([name, value]) => [name, String(value)] as const),
    ...[rest['route'], rest['routes']].flat().map((route) => ['the route', patternOf(route)] as const),
  ]
    .filter(([, value]) => /\bkingbus\.example\b|\blocalhost\b/u.test(value))
    .map(([name, value]) => `${name} is ${value}: write the address that people open.`);
  return [...ids, ...addresses];
}
