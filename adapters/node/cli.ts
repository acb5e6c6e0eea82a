#!/usr/bin/env node
import { load } from './start/load.ts';

/** `kingbus`: what whoever runs the servers does, one command each (`kingbus --help`; docs/operations.md). */
const { runProgram } = await load('cli');
process.exitCode = await runProgram(process.argv.slice(2), {
  environment: process.env,
  stdin: process.stdin,
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
});
