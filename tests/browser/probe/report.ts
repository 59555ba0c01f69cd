import type { Reporter, TestCase, TestResult, TestStep } from '@playwright/test/reporter';

const COLOURS = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

/** One line a step: whether it went well, its name, and how long it took. */
export default class Report implements Reporter {
  onStepEnd(_test: TestCase, _result: TestResult, step: TestStep): void {
    if (step.category !== 'test.step') return;
    console.log(`${step.error ? 'FAILED' : 'ok    '}  ${step.title.padEnd(40)} ${step.duration} ms`);
  }

  onTestEnd(_test: TestCase, result: TestResult): void {
    const why = result.errors[0]?.message?.replace(COLOURS, '').split('\n')[0];
    console.log(result.status === 'passed' ? `passed in ${result.duration} ms` : `failed: ${why ?? result.status}`);
  }

  onError(error: { message?: string }): void {
    console.error(error.message ?? 'the probe could not be run');
  }
}
