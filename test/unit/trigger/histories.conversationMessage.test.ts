import { share } from '../../support/share';
import { conversationMessage } from './model/chatSteps';
import { runHistories } from './model/histories';

const HISTORIES = share(5000, 200);

it(`gives every answered message once, in ${HISTORIES} random histories`, async () => {
	const { totals, failures } = await runHistories(
		'conversationMessage',
		conversationMessage,
		HISTORIES,
	);
	process.stdout.write(`conversationMessage: ${JSON.stringify(totals)}\n`);
	expect(failures.join('\n')).toBe('');
}, 1_500_000);
