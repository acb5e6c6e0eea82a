#!/usr/bin/env node
import { importQuickly } from './start/quick-imports.ts';

/** `kingbus`: what whoever runs the servers does, one command each (`kingbus --help`; docs/operations.md). */
importQuickly();
const { runProgram } = await import('./cli/program.ts');
process.exitCode = await runProgram(process.argv.slice(2), {
  environment: process.env,
  stdin: process.stdin,
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
});
