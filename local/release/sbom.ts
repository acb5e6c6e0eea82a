import { createHash } from 'node:crypto';
import { execa } from 'execa';
import { problemWithOutput } from '../problem.ts';
import type { Commit } from './commit.ts';
import type { Architecture } from './options.ts';

interface Sbom {
  serialNumber: string;
  metadata: { timestamp: string; component: { name: string; version: string; 'bom-ref': string; purl: string } };
  components: Component[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

interface Component {
  'bom-ref': string;
  name: string;
}

/**
 * The bill of materials of a release (CycloneDX 1.5, by `npm sbom`): every production package that the lock file names,
 * with its hash and licence, Node among them. npm writes the time and a random number into it; here they are made of the
 * commit, so that the same commit gives the same bytes.
 *
 * @param folder holds the package.json and package-lock.json of the commit
 * @throws Problem with what npm said
 */
export async function billOfMaterials(
  folder: string,
  { id, time, version }: Commit,
  architecture: Architecture,
): Promise<string> {
  const words = ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--omit=dev', '--package-lock-only'];
  const { stdout, stderr, failed } = await execa('npm', words, { cwd: folder, stdin: 'ignore', reject: false });
  if (failed) throw problemWithOutput('npm sbom did not list the packages.', stderr);
  const sbom = JSON.parse(stdout) as Sbom;
  const itself = sbom.metadata.component['bom-ref'];
  const other = ({ name }: { name: string }) => name.startsWith('node-linux-') && name !== `node-linux-${architecture}`;
  const absent = new Set(sbom.components.filter(other).map((each) => each['bom-ref']));
  const component = { name: 'kingbus', version, 'bom-ref': `kingbus@${version}`, purl: `pkg:npm/kingbus@${version}` };
  const components = sbom.components.filter((each) => !absent.has(each['bom-ref']));
  const dependencies = sbom.dependencies
    .filter(({ ref }) => !absent.has(ref))
    .map(({ ref, dependsOn }) => ({
      ref: ref === itself ? component['bom-ref'] : ref,
      dependsOn: dependsOn.filter((each) => !absent.has(each)),
    }));
  const whole = {
    ...sbom,
    serialNumber: `urn:uuid:${uuidOf([id, ...components.map((each) => each['bom-ref'])].join(' '))}`,
    metadata: {
      ...sbom.metadata,
      timestamp: new Date(time * 1000).toISOString(),
      component: { ...sbom.metadata.component, ...component },
    },
    components,
    dependencies,
  };
  return `${JSON.stringify(whole, null, 2)}\n`;
}

/** A name-based UUID (RFC 9562, version 8) from a SHA-256. */
function uuidOf(name: string): string {
  const bytes = createHash('sha256').update(name).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/u, '$1-$2-$3-$4-');
}
