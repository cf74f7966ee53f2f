import { share } from '../../support/share';
import { runHistories } from './model/histories';
import { workflowLog } from './model/logSteps';

const HISTORIES = share(5000, 150);

it(`gives every ended run once, in ${HISTORIES} random histories`, async () => {
	const { totals, failures } = await runHistories('workflowLog', workflowLog, HISTORIES);
	process.stdout.write(`workflowLog: ${JSON.stringify(totals)}\n`);
	expect(failures.join('\n')).toBe('');
}, 1_500_000);
