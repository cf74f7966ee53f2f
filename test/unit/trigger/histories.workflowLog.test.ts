import { share } from '../../support/share';
import { expectExact } from './model/histories';
import { workflowLog } from './model/logSteps';

const HISTORIES = share(5000, 150);

it(`gives every ended run once, in ${HISTORIES} random histories`, async () => {
	await expectExact('workflowLog', workflowLog, HISTORIES);
}, 1_500_000);
