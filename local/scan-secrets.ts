// Part of `npm run check`: looks for secrets in the working tree, and, as `--history`, in all that any commit ever had.
import { isAllowed } from './secrets/allowed.ts';
import { scanText, textsOfHistory, textsOfTree } from './secrets/scan.ts';

let found = 0;
for await (const text of process.argv.includes('--history') ? textsOfHistory() : textsOfTree()) {
  for (const finding of await scanText(text)) {
    if (isAllowed(finding)) continue;
    found++;
    console.log(`${finding.file}:${finding.line}: ${finding.message} (${finding.rule})`);
  }
}
if (found > 0) {
  console.log(
    'What is a secret has to be replaced where it is valid, first of all; what is none: local/secrets/allowed.ts.',
  );
}
process.exitCode = found === 0 ? 0 : 1;
