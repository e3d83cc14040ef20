import { resolve } from 'node:path';
import preact from '@preact/preset-vite';
import { defineConfig, type UserConfig } from 'vite';

const root = import.meta.dirname;

/** Packages that look for files beside their own code, or that bring machine code. */
const filesOfTheirOwn = [
  '@fastify/rate-limit',
  '@fastify/static',
  'better-sqlite3',
  'fastify',
  'h5p-standalone',
  'mammoth',
  'pdfjs-dist',
  'pino',
  'scorm-again',
];

/** The two web faces, the service worker, the Node programs and the benchmarks, each `vite build --mode <face>`. */
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
      modulePreload: false,
      chunkSizeWarningLimit: 2500,
      rolldownOptions: {
        output: {
          // What every start needs is one file before the first screen and one behind it: where lazy screens share parts
          // of them, they would fall into twenty.
          codeSplitting: {
            groups: [
              { name: 'shell', tags: ['$initial'], priority: 1 },
              { name: 'inside', test: /app\/(platform\/index\.ts|shell\/inside\.tsx)$/ },
            ],
          },
        },
      },
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
  'sandbox-player': {
    build: {
      outDir: resolve(root, 'dist/sandbox'),
      emptyOutDir: true,
      target: 'es2023',
      copyPublicDir: false,
      rolldownOptions: {
        input: resolve(root, 'app/sandbox/player.ts'),
        output: { format: 'iife', entryFileNames: 'player.js', codeSplitting: false },
      },
    },
  },
  'sandbox-worker': {
    build: {
      outDir: resolve(root, 'dist/sandbox'),
      emptyOutDir: false,
      target: 'es2023',
      copyPublicDir: false,
      rolldownOptions: {
        input: resolve(root, 'app/sandbox/service-worker.ts'),
        output: { format: 'es', entryFileNames: 'service-worker.js', codeSplitting: false },
      },
    },
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
  studio: {
    root: resolve(root, 'content-packager/studio/face'),
    plugins: [preact()],
    build: {
      outDir: resolve(root, 'dist/studio'),
      emptyOutDir: true,
      target: 'es2023',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  },
  preview: {
    root: resolve(root, 'app/preview'),
    publicDir: resolve(root, 'app/public'),
    plugins: [preact()],
    worker: { format: 'es' },
    build: {
      outDir: resolve(root, 'dist/preview'),
      emptyOutDir: true,
      target: 'es2023',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 2500,
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
          'fake-school': resolve(root, 'sync-station/connectors/fake-school/main.ts'),
          demo: resolve(root, 'demo/make-demo.ts'),
        },
      },
    },
    // Text packages come in hundreds of small files: in one, a command starts in half the time.
    ssr: {
      noExternal: true,
      external: [...filesOfTheirOwn],
    },
  },
  'tuf-client': {
    build: {
      ssr: true,
      target: 'node20',
      copyPublicDir: false,
      rolldownOptions: {
        input: resolve(root, 'content-packager/tuf-client/main.ts'),
        output: { format: 'es', entryFileNames: 'main.mjs', codeSplitting: false },
      },
    },
    // Everything in one file: fewer files to open at each start.
    ssr: { noExternal: true },
  },
  fuzz: {
    build: {
      ssr: true,
      outDir: resolve(root, 'dist/fuzz'),
      emptyOutDir: true,
      target: 'node20',
      copyPublicDir: false,
      rolldownOptions: {
        input: {
          main: resolve(root, 'fuzz/main.ts'),
          worker: resolve(root, 'fuzz/worker.ts'),
          'make-corpus': resolve(root, 'fuzz/make-corpus.ts'),
        },
      },
    },
  },
  bench: {
    build: {
      ssr: true,
      outDir: resolve(root, 'dist/bench/node'),
      emptyOutDir: true,
      target: 'node20',
      copyPublicDir: false,
      rolldownOptions: {
        input: { bench: resolve(root, 'bench/main.ts') },
      },
    },
  },
  'bench-pages': {
    root: resolve(root, 'bench/pages'),
    plugins: [preact()],
    build: {
      outDir: resolve(root, 'dist/bench/pages'),
      emptyOutDir: true,
      target: 'es2023',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 2500,
      rolldownOptions: {
        input: {
          'bare-page': resolve(root, 'bench/pages/bare-page.html'),
          'bare-pdf': resolve(root, 'bench/pages/bare-pdf.html'),
          'bare-worker': resolve(root, 'bench/pages/bare-worker.ts'),
          'start-verification': resolve(root, 'bench/pages/start-verification.html'),
        },
        output: { entryFileNames: '[name].js' },
      },
    },
  },
  'bench-probe': {
    build: {
      outDir: resolve(root, 'dist/bench/probe'),
      emptyOutDir: true,
      target: 'es2023',
      minify: false,
      copyPublicDir: false,
      rolldownOptions: {
        input: resolve(root, 'bench/probe/probe.ts'),
        output: { format: 'iife', entryFileNames: 'probe.js', codeSplitting: false },
      },
    },
  },
};

export default defineConfig(({ mode }) => {
  const face = faces[mode];
  if (!face) throw new Error(`Build one of: ${Object.keys(faces).join(', ')} (vite build --mode app)`);
  return face;
});
