/**
 * The environment in which wrangler stays on this machine: no metrics, no look at the registry for a newer version, no
 * lookup of where we are, nothing written outside the checkout.
 *
 * @param databaseUrl the MariaDB behind the Hyperdrive binding
 */
export const quietWrangler = (databaseUrl: string): Record<string, string> => ({
  CLOUDFLARE_HYPERDRIVE_LOCAL_CONNECTION_STRING_HYPERDRIVE: databaseUrl,
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  WRANGLER_WRITE_LOGS: 'false',
  // A page that would show requests and bindings to whoever asks, and the traces that it shows.
  X_LOCAL_EXPLORER: 'false',
  X_LOCAL_OBSERVABILITY: 'false',
});
