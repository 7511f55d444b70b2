/** What the runners' own reports say: two numbers, and what did not run. */

/** @typedef {{ passed: number, failed: number, leftOut: string[] }} Counts `leftOut`: the tests' names. */

/**
 * @param {{ numPassedTests: number, numFailedTests: number, success: boolean, testResults?: { status: string, assertionResults: { status: string, fullName: string }[] }[] }} report of vitest
 * @returns {Counts}
 */
export function countVitest(report) {
  // A file that could not even be loaded has no tests to fail.
  const unloaded = (report.testResults ?? []).filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length;
  const failed = report.numFailedTests + unloaded;
  const leftOut = (report.testResults ?? [])
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status !== 'passed' && status !== 'failed')
    .map(({ fullName }) => fullName.trim());
  return { passed: report.numPassedTests, failed: failed === 0 && !report.success ? 1 : failed, leftOut };
}

/**
 * @typedef {{ title: string, specs?: { title: string, tests: { status: string }[] }[], suites?: Suite[] }} Suite
 * @param {{ stats: { expected: number, unexpected: number, flaky: number }, errors?: unknown[], suites?: Suite[] }} report of Playwright
 * @returns {Counts}
 */
export function countPlaywright({ stats, errors = [], suites = [] }) {
  const failed = stats.unexpected + stats.flaky;
  return {
    passed: stats.expected,
    failed: failed === 0 && errors.length > 0 ? 1 : failed,
    leftOut: suites.flatMap((suite) => skippedIn(suite)),
  };
}

/** @param {Suite} suite @returns {string[]} */
function skippedIn({ title, specs = [], suites = [] }) {
  const own = specs.filter(({ tests }) => tests.some(({ status }) => status === 'skipped'));
  return [...own.map((spec) => spec.title), ...suites.flatMap(skippedIn)].map((name) => `${title} › ${name}`);
}
