import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';
import { compileMessages } from './build/compile-messages.mts';
import { nameFirstLoad } from './build/first-load.mts';
import { bundleThemes, removeForeignFonts } from './build/themes.mts';

const bootWatch = fileURLToPath(new URL('./src/boot/boot-watch.js', import.meta.url));

const featureGatesOff = fileURLToPath(new URL('./src/feature-gates-off.ts', import.meta.url));

/**
 * Copies the boot watch into the bundle as a file of its own, named by its content and listed in
 * the manifest. It must stay outside the module graph: its task is to explain what happened when
 * the module graph never runs.
 */
function emitBootWatch(): Plugin {
  return {
    name: 'tally-boot-watch',
    apply: 'build',
    buildStart() {
      this.addWatchFile(bootWatch);
      this.emitFile({
        type: 'asset',
        name: 'boot-watch.js',
        originalFileName: 'src/boot/boot-watch.js',
        source: readFileSync(bootWatch, 'utf8'),
      });
    },
  };
}

export default defineConfig({
  plugins: [react(), compileMessages(), removeForeignFonts(), bundleThemes(), emitBootWatch()],
  // Relative addresses, so that the same bundle runs under any path and in any host's frame.
  base: './',
  resolve: { alias: { '@atlaskit/feature-gate-js-client/feature-gates': featureGatesOff } },
  build: {
    outDir: 'dist',
    target: 'es2022',
    manifest: 'manifest.json',
    // The polyfill is an inline script, which the page's content policy refuses.
    modulePreload: { polyfill: false },
    // No file is inlined as a data address: fonts and images keep to 'self'.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: { codeSplitting: { groups: [{ name: nameFirstLoad, includeDependenciesRecursively: false }] } },
    },
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['tests/setup.ts'],
    include: ['tests/**/*.test.{ts,tsx}'],
    css: false,
    restoreMocks: true,
    testTimeout: 60_000,
  },
});
