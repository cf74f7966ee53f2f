import { share } from '../../support/share';
import { offlineFileStatus } from './model/files';
import { runHistories } from './model/histories';

const HISTORIES = share(1500, 50);

it(`gives the last status of every file once, in ${HISTORIES} random histories`, async () => {
	const { totals, failures } = await runHistories(
		'offlineFileStatus',
		offlineFileStatus,
		HISTORIES,
	);
	process.stdout.write(`offlineFileStatus: ${JSON.stringify(totals)}\n`);
	expect(failures.join('\n')).toBe('');
}, 1_500_000);
