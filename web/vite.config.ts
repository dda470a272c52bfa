import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const server = process.env['GRIDHALL_URL'] ?? 'http://127.0.0.1:8080';
const proxied = ['/api', '/tiles', '/styles', '/ogc'];

export default defineConfig({
  plugins: [react()],
  build: { target: 'es2022', chunkSizeWarningLimit: 1800, rollupOptions: { input: ['index.html', 'api.html'] } },
  test: {
    include: ['tests/**/*.test.{ts,tsx}'],
  },
  server: {
    proxy: {
      ...Object.fromEntries(proxied.map((path) => [path, { target: server, changeOrigin: false }])),
      // An address with a one-time code is the server's; the page itself is ours.
      '/signin?code=': { target: server, changeOrigin: false },
    },
  },
});
