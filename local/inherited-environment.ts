/** What a process of the product may have of our own environment: nothing that it would take for a setting of its own. */
export const inheritedEnvironment = (): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('KINGBUS_') && name !== 'NODE_ENV'),
  );
