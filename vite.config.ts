import { resolve } from 'node:path';
import preact from '@preact/preset-vite';
import { defineConfig, type UserConfig } from 'vite';

const root = import.meta.dirname;

/** The two web faces, the service worker and the Node programs, each built with `vite build --mode <face>`. */
const faces: Record<string, UserConfig> = {
  app: {
    root: resolve(root, 'app'),
    plugins: [preact()],
    worker: { format: 'es' },
    build: {
      outDir: resolve(root, 'dist/app'),
      emptyOutDir: true,
      target: 'es2023',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 2500,
    },
  },
  'service-worker': {
    build: {
      outDir: resolve(root, 'dist/app'),
      emptyOutDir: false,
      target: 'es2023',
      copyPublicDir: false,
      rolldownOptions: {
        input: resolve(root, 'app/worker/service-worker.ts'),
        output: { format: 'es', entryFileNames: 'service-worker.js', codeSplitting: false },
      },
    },
    define: { 'process.env.NODE_ENV': '"production"' },
  },
  desk: {
    root: resolve(root, 'sync-station/desk'),
    plugins: [preact()],
    build: {
      outDir: resolve(root, 'dist/desk'),
      emptyOutDir: true,
      target: 'es2023',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  },
  node: {
    build: {
      ssr: true,
      outDir: resolve(root, 'dist/node'),
      emptyOutDir: true,
      target: 'node20',
      copyPublicDir: false,
      rolldownOptions: {
        input: {
          leeslicht: resolve(root, 'content-packager/cli/main.ts'),
          station: resolve(root, 'sync-station/server/main.ts'),
          demo: resolve(root, 'demo/make-demo.ts'),
          bench: resolve(root, 'bench/main.ts'),
        },
      },
    },
  },
};

export default defineConfig(({ mode }) => {
  const face = faces[mode];
  if (!face) throw new Error(`Build one of: ${Object.keys(faces).join(', ')} (vite build --mode app)`);
  return face;
});
