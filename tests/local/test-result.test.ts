import { describe, expect, it } from 'vitest';
import { closingLine } from '../../local/test-result.ts';

const passed = { status: 'passed' };
const failed = { status: 'failed' };

describe('the closing line of npm test', () => {
  it('counts the tests', () => {
    const testResults = [{ status: 'failed', assertionResults: [passed, passed, failed] }];
    expect(closingLine({ numPassedTests: 2, numFailedTests: 1, testResults }, 1)).toBe('2 passed, 1 failed');
  });

  it('counts a file that failed before any test of it could run', () => {
    const testResults = [
      { status: 'passed', assertionResults: [passed] },
      { status: 'failed', assertionResults: [] },
    ];
    expect(closingLine({ numPassedTests: 1, numFailedTests: 0, testResults }, 1)).toBe('1 passed, 1 failed');
  });

  it('takes a run that left no result for a failure', () => {
    expect(closingLine(undefined, 0)).toBe('0 passed, 1 failed');
  });

  it('says that something failed when vitest says so, though every test passed', () => {
    const testResults = [{ status: 'passed', assertionResults: [passed] }];
    expect(closingLine({ numPassedTests: 1, numFailedTests: 0, testResults }, 1)).toBe('1 passed, 1 failed');
    expect(closingLine({ numPassedTests: 1, numFailedTests: 0, testResults }, 0)).toBe('1 passed, 0 failed');
  });
});
