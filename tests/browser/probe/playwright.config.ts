import { defineConfig } from '@playwright/test';
import journeys from '../playwright.config';

export default defineConfig({
  ...journeys,
  testDir: '.',
  testMatch: 'walk.ts',
  outputDir: '../test-results/probe',
  timeout: 120_000,
  reporter: [['./report.ts']],
});
