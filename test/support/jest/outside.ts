/** See engineEnvironment.cjs. */
declare const requireOutside: (name: string) => object;

const OUTSIDE = ['reflect-metadata', '@n8n/di', '@n8n/config', 'n8n-workflow', 'n8n-core'];

for (const name of OUTSIDE) jest.mock(name, () => requireOutside(name));
