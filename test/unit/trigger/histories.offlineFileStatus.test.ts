import { share } from '../../support/share';
import { offlineFileStatus } from './model/files';
import { expectExact } from './model/histories';

const HISTORIES = share(1500, 50);

it(`gives the last status of every file once, in ${HISTORIES} random histories`, async () => {
	await expectExact('offlineFileStatus', offlineFileStatus, HISTORIES);
}, 1_500_000);
