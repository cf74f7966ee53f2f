import { share } from '../../support/share';
import { runHistories } from './model/histories';
import { feedback } from './model/ratingSteps';

const HISTORIES = share(4000, 120);

it(`gives every rating and its changes once, in ${HISTORIES} random histories`, async () => {
	const { totals, failures } = await runHistories('feedback', feedback, HISTORIES);
	process.stdout.write(`feedback: ${JSON.stringify(totals)}\n`);
	expect(failures.join('\n')).toBe('');
}, 1_500_000);
