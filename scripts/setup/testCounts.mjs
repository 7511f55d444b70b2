/** What the runners' own reports say, as two numbers. */

/** @param {{ numPassedTests: number, numFailedTests: number, success: boolean, testResults?: { status: string, assertionResults: unknown[] }[] }} report of vitest */
export function countVitest(report) {
  // A file that could not even be loaded has no tests to fail.
  const unloaded = (report.testResults ?? []).filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length;
  const failed = report.numFailedTests + unloaded;
  return { passed: report.numPassedTests, failed: failed === 0 && !report.success ? 1 : failed };
}

/** @param {{ stats: { expected: number, unexpected: number, flaky: number }, errors?: unknown[] }} report of Playwright */
export function countPlaywright({ stats, errors = [] }) {
  const failed = stats.unexpected + stats.flaky;
  return { passed: stats.expected, failed: failed === 0 && errors.length > 0 ? 1 : failed };
}
