// One measurement of row 8, in plain Node: how long it takes to load the nodes and the credentials
// that package.json names, and to make one of each, as n8n does when it starts. `n8n-workflow` is
// n8n's own and is loaded already when n8n comes to the nodes; what it costs is told beside it.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const folder = process.argv[2];
const require = createRequire(join(folder, 'package.json'));
const { n8n } = require('./package.json');
const began = performance.now();
require('n8n-workflow');
const loaded = performance.now();
for (const file of [...n8n.credentials, ...n8n.nodes]) {
	for (const Type of Object.values(require(`./${file}`))) {
		if (/^class /.test(Type.toString())) new Type();
	}
}
const done = performance.now();
const classes = n8n.credentials.length + n8n.nodes.length;
process.stdout.write(JSON.stringify({ ms: done - loaded, n8nWorkflowMs: loaded - began, classes }));
